import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { InputDialog } from '@jupyterlab/apputils';
import { PathExt } from '@jupyterlab/coreutils';
import { IFileBrowserFactory } from '@jupyterlab/filebrowser';
import { ITranslator } from '@jupyterlab/translation';
import { isLockfile, isSpecification } from '../files';
import { terrariumIcon } from '../icons';
import { nameOfFile } from '../names';
import { CommandIDs, ITerrariumModel } from '../tokens';

/** *Create environment from this file* in the file browser. */
export const filesPlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-terrarium:files',
  description: 'Makes environments from files in the file browser.',
  autoStart: true,
  requires: [ITerrariumModel, ITranslator, IFileBrowserFactory],
  activate: (
    app: JupyterFrontEnd,
    model: ITerrariumModel,
    translator: ITranslator,
    browsers: IFileBrowserFactory
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
      return isSpecification(name) || isLockfile(name);
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
        const made = await model.api.createEnvironment({ name, lockfile });
        model.watchBuild(made.build);
        await commands.execute(CommandIDs.details, {
          namespace: made.namespace,
          name: made.name,
          tab: 'build'
        });
      }
    };

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
          const file = await serviceManager.contents.get(path, {
            type: 'file',
            format: 'text',
            content: true
          });
          const text = String(file.content);
          if (isLockfile(PathExt.basename(path))) {
            await createFromLock(path, text);
          } else {
            await commands.execute(CommandIDs.create, { text, file: path });
          }
        });
      }
    });
  }
};
