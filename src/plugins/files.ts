import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import {
  ICommandPalette,
  InputDialog,
  Notification
} from '@jupyterlab/apputils';
import { PathExt } from '@jupyterlab/coreutils';
import { IFileBrowserFactory } from '@jupyterlab/filebrowser';
import { ServerConnection } from '@jupyterlab/services';
import { ITranslator } from '@jupyterlab/translation';
import { isBundle, isLockfile, isSpecification } from '../files';
import { terrariumIcon } from '../icons';
import { nameOfFile } from '../names';
import { CommandIDs, ITerrariumModel } from '../tokens';
import type { Environment } from '../types';

/** *Create environment from this file* in the file browser. */
export const filesPlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-terrarium:files',
  description: 'Makes environments from files in the file browser.',
  autoStart: true,
  requires: [ITerrariumModel, ITranslator, IFileBrowserFactory],
  optional: [ICommandPalette],
  activate: (
    app: JupyterFrontEnd,
    model: ITerrariumModel,
    translator: ITranslator,
    browsers: IFileBrowserFactory,
    palette: ICommandPalette | null
  ) => {
    const { commands, serviceManager } = app;
    const trans = translator.load('jupyterlab_terrarium');

    /** The file named, else the only one selected in the file browser. */
    const pathOf = (args: { path?: unknown }): string | null => {
      if (typeof args.path === 'string') {
        return args.path;
      }
      const items = [
        ...(browsers.tracker.currentWidget?.selectedItems() ?? [])
      ];
      return items.length === 1 && items[0].type !== 'directory'
        ? items[0].path
        : null;
    };
    const isOurs = (args: { path?: unknown }): boolean => {
      const path = pathOf(args);
      const name = path === null ? '' : PathExt.basename(path);
      return isSpecification(name) || isLockfile(name) || isBundle(name);
    };
    const show = async (made: Environment) => {
      model.watchBuild(made.build);
      await commands.execute(CommandIDs.details, {
        namespace: made.namespace,
        name: made.name,
        tab: 'build'
      });
    };
    const createFromLock = async (path: string, lockfile: string) => {
      const answer = await InputDialog.getText({
        title: trans.__('Environment from a Lockfile'),
        label: trans.__('Name of the new environment'),
        text: nameOfFile(path),
        okLabel: trans.__('Build')
      });
      const name = answer.value?.trim();
      if (answer.button.accept && name) {
        await show(await model.api.createEnvironment({ name, lockfile }));
      }
    };
    /** Make an environment of a file, whatever it is. */
    const bring = async (file: Blob, path: string) => {
      const [{ brought }, { BundleApi }] = await Promise.all([
        import('../import-file'),
        import('../bundle-api')
      ]);
      const found = await brought(file, PathExt.basename(path));
      switch (found.kind) {
        case 'lockfile':
          return createFromLock(path, found.text);
        case 'specification':
          await commands.execute(CommandIDs.create, {
            text: found.text,
            file: path
          });
          return;
        case 'bundle': {
          const notice = Notification.emit(
            trans.__('Taking %1…', PathExt.basename(path)),
            'in-progress',
            { autoClose: false }
          );
          try {
            const api = new BundleApi(model.api.settings);
            await show(await api.create(found.file));
          } finally {
            Notification.dismiss(notice);
          }
        }
      }
    };

    commands.addCommand(CommandIDs.importFile, {
      label: trans.__('Import a File…'),
      caption: trans.__(
        'An environment from an environment.yml, a lockfile or an offline bundle of your machine'
      ),
      icon: terrariumIcon,
      describedBy: { args: { type: 'object', properties: {} } },
      execute: async () => {
        const [{ reporting }, { chooseFile }] = await Promise.all([
          import('../commands/report'),
          import('../import-file')
        ]);
        const file = await chooseFile();
        if (file) {
          await reporting(() => bring(file, file.name));
        }
      }
    });
    palette?.addItem({
      command: CommandIDs.importFile,
      category: trans.__('Environments')
    });

    commands.addCommand(CommandIDs.createFromFile, {
      label: trans.__('Create Environment from This File'),
      icon: terrariumIcon,
      describedBy: {
        args: {
          type: 'object',
          properties: {
            path: {
              type: 'string',
              description: trans.__(
                'Path of an environment.yml or of a lockfile; default: the file selected in the file browser'
              )
            }
          }
        }
      },
      isEnabled: isOurs,
      isVisible: isOurs,
      execute: async args => {
        const { reporting } = await import('../commands/report');
        await reporting(async () => {
          const path = pathOf(args);
          if (path === null) {
            return;
          }
          const url = await serviceManager.contents.getDownloadUrl(path);
          const answer = await ServerConnection.makeRequest(
            url,
            { cache: 'no-cache' },
            serviceManager.serverSettings
          );
          if (!answer.ok) {
            throw new Error(trans.__('%1 cannot be read', path));
          }
          await bring(await answer.blob(), path);
        });
      }
    });
  }
};
