import type { JupyterFrontEnd } from '@jupyterlab/application';
import { Dialog, showDialog } from '@jupyterlab/apputils';
import type { IDefaultFileBrowser } from '@jupyterlab/filebrowser';
import type { TranslationBundle } from '@jupyterlab/translation';
import { notebookIcon } from '@jupyterlab/ui-components';
import type {
  ReadonlyJSONObject,
  ReadonlyPartialJSONObject
} from '@lumino/coreutils';
import { ScratchApi } from '../scratch-api';
import { CommandIDs, type ITerrariumModel } from '../tokens';
import { environmentArguments, targetItem } from './arguments';
import { reporting } from './report';

/** *Try It Out*, *Keep What Was Tried Out* and *Throw Away*. */
export function addScratchCommands(
  app: JupyterFrontEnd,
  model: ITerrariumModel,
  trans: TranslationBundle,
  files: IDefaultFileBrowser | null
): void {
  const { commands } = app;
  const api = new ScratchApi(model.api.settings);
  const { kernelspecs } = app.serviceManager;

  const openNotebook = async (kernelName: string): Promise<void> => {
    await kernelspecs.refreshSpecs();
    await commands.execute('notebook:create-new', {
      kernelName,
      cwd: files?.model.path ?? ''
    });
  };

  commands.addCommand(CommandIDs.tryOut, {
    label: trans.__('Try It Out'),
    caption: trans.__(
      'A notebook in which %pip install works, over this environment, which stays as it is'
    ),
    icon: notebookIcon,
    describedBy: environmentArguments(trans),
    isEnabled: args => isPython(model, args),
    execute: args =>
      reporting(async () => {
        const item = targetItem(model, args);
        if (item) {
          const layer = await api.tryOut(item.namespace, item.name);
          await openNotebook(layer.kernel);
        }
      })
  });

  commands.addCommand(CommandIDs.keepScratch, {
    label: trans.__('Keep…'),
    caption: trans.__('Make a new version with what was added by hand'),
    describedBy: { args: scratchSchema(trans) },
    execute: args =>
      reporting(async () => {
        const layer = await api.scratch(String(args.scratch));
        const kept = await api.keptScratch(layer.id);
        if (kept.notices.length > 0) {
          await showDialog({
            title: trans.__('Not everything can be kept as it is'),
            body: kept.notices.join('\n'),
            buttons: [Dialog.okButton()]
          });
        }
        await commands.execute(CommandIDs.edit, {
          namespace: layer.namespace,
          name: layer.environment,
          text: kept.specification
        });
      })
  });

  commands.addCommand(CommandIDs.discardScratch, {
    label: trans.__('Throw Away…'),
    caption: trans.__('Forget what was added by hand'),
    describedBy: { args: scratchSchema(trans) },
    execute: args =>
      reporting(async () => {
        const layer = await api.scratch(String(args.scratch));
        const result = await showDialog({
          title: trans.__('Throw away what was tried out?'),
          body: trans._n(
            'Its kernel and %1 package that was added by hand go. Version %2 of %3 stays as it is.',
            'Its kernel and %1 packages that were added by hand go. Version %2 of %3 stays as it is.',
            layer.added.length,
            layer.version,
            layer.environment
          ),
          buttons: [
            Dialog.cancelButton({ label: trans.__('Go On Trying') }),
            Dialog.warnButton({ label: trans.__('Throw Away') })
          ],
          defaultButton: 0
        });
        if (result.button.accept) {
          await api.discardScratch(layer.id);
          await kernelspecs.refreshSpecs();
        }
      })
  });

  commands.addCommand(CommandIDs.openScratch, {
    label: trans.__('Open Notebook'),
    describedBy: { args: scratchSchema(trans) },
    execute: args =>
      reporting(async () => {
        const layer = await api.scratch(String(args.scratch));
        await openNotebook(layer.kernel);
      })
  });
}

function scratchSchema(trans: TranslationBundle): ReadonlyJSONObject {
  return {
    type: 'object',
    required: ['scratch'],
    properties: {
      scratch: {
        type: 'string',
        description: trans.__('Id of what is tried out')
      }
    }
  };
}

function isPython(
  model: ITerrariumModel,
  args: ReadonlyPartialJSONObject
): boolean {
  const item = targetItem(model, args);
  return (
    item !== null &&
    item.current !== null &&
    item.kernels.some(kernel => kernel.kernel === 'python3')
  );
}
