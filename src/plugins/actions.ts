import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { IDefaultFileBrowser } from '@jupyterlab/filebrowser';
import { INotebookTracker } from '@jupyterlab/notebook';
import { ITranslator } from '@jupyterlab/translation';
import { addCommands } from '../commands';
import { CommandIDs, ITerrariumModel } from '../tokens';

/** Everything one can do with an environment, as commands. */
export const actionsPlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-terrarium:actions',
  description: 'Commands on environments and builds.',
  autoStart: true,
  requires: [ITerrariumModel, ITranslator],
  optional: [INotebookTracker, IDefaultFileBrowser, ICommandPalette],
  activate: (
    app: JupyterFrontEnd,
    model: ITerrariumModel,
    translator: ITranslator,
    notebooks: INotebookTracker | null,
    files: IDefaultFileBrowser | null,
    palette: ICommandPalette | null
  ) => {
    const trans = translator.load('jupyterlab_terrarium');
    addCommands(app, { model, trans, notebooks, files });
    const { commands } = app;
    model.changed.connect(() => commands.notifyCommandChanged(), commands);
    const category = trans.__('Environments');
    [
      CommandIDs.openPanel,
      CommandIDs.create,
      CommandIDs.newNotebook,
      CommandIDs.useInNotebook,
      CommandIDs.tryOut,
      CommandIDs.details,
      CommandIDs.edit,
      CommandIDs.share,
      CommandIDs.recommend,
      CommandIDs.newNamespace,
      CommandIDs.members,
      CommandIDs.retry,
      CommandIDs.cancelBuild,
      CommandIDs.showLog,
      CommandIDs.openTerminal,
      CommandIDs.copyInterpreter,
      CommandIDs.verify,
      CommandIDs.rename,
      CommandIDs.move,
      CommandIDs.copy,
      CommandIDs.remove,
      CommandIDs.restore,
      CommandIDs.cleanUp
    ].forEach(command => palette?.addItem({ command, category }));
  }
};
