import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { IDefaultFileBrowser } from '@jupyterlab/filebrowser';
import type { INotebookTracker } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';
import { notebookIcon, runIcon } from '@jupyterlab/ui-components';
import { LocalKernels } from '../local-kernels';
import { CommandIDs, type ITerrariumModel } from '../tokens';
import { environmentArguments, targetItem } from './arguments';
import { reporting } from './report';

/** *New notebook* and *Use in current notebook*. */
export function addNotebookCommands(
  app: JupyterFrontEnd,
  model: ITerrariumModel,
  trans: TranslationBundle,
  notebooks: INotebookTracker | null,
  files: IDefaultFileBrowser | null
): void {
  const { commands } = app;
  const local = new LocalKernels(model, app.serviceManager.kernelspecs, trans);

  commands.addCommand(CommandIDs.newNotebook, {
    label: trans.__('New Notebook'),
    caption: trans.__('Open a new notebook that runs in this environment'),
    icon: notebookIcon,
    describedBy: environmentArguments(trans),
    isEnabled: args => hasKernel(model, args),
    execute: args =>
      reporting(async () => {
        const item = targetItem(model, args);
        const kernel = item?.kernels[0];
        if (item && kernel) {
          await commands.execute('notebook:create-new', {
            kernelName: await local.listed(item, kernel.name),
            cwd: files?.model.path ?? ''
          });
        }
      })
  });

  commands.addCommand(CommandIDs.useInNotebook, {
    label: trans.__('Use in Current Notebook'),
    caption: trans.__(
      'Start this environment’s kernel in the notebook that is open'
    ),
    icon: runIcon,
    describedBy: environmentArguments(trans),
    isEnabled: args =>
      hasKernel(model, args) && Boolean(notebooks?.currentWidget),
    execute: args =>
      reporting(async () => {
        const item = targetItem(model, args);
        const kernel = item?.kernels[0];
        const notebook = notebooks?.currentWidget;
        if (item && kernel && notebook) {
          const name = await local.listed(item, kernel.name);
          await notebook.sessionContext.changeKernel({ name });
          app.shell.activateById(notebook.id);
        }
      })
  });
  notebooks?.currentChanged.connect(() => {
    commands.notifyCommandChanged(CommandIDs.useInNotebook);
  }, notebooks);
}

function hasKernel(
  model: ITerrariumModel,
  args: Parameters<typeof targetItem>[1]
): boolean {
  const item = targetItem(model, args);
  return item !== null && item.current !== null && item.kernels.length > 0;
}
