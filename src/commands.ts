import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { IDefaultFileBrowser } from '@jupyterlab/filebrowser';
import type { INotebookTracker } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';
import { addBuildCommands } from './commands/builds';
import { addCareCommands } from './commands/care';
import { addHelpCommands } from './commands/help';
import { addEnvironmentCommands } from './commands/environments';
import { addNamespaceCommands } from './commands/namespaces';
import { addNotebookCommands } from './commands/notebooks';
import { addPinnedKernelCommands } from './commands/pinned-kernels';
import { addPlaceCommands } from './commands/places';
import { addProposalCommands } from './commands/proposals';
import { addShareCommands } from './commands/shares';
import { addVersionCommands } from './commands/versions';
import { addScratchCommands } from './commands/scratches';
import type { ITerrariumModel } from './tokens';

/** What the commands act on; what is absent in an application is null. */
export interface ICommandSurroundings {
  model: ITerrariumModel;
  trans: TranslationBundle;
  notebooks: INotebookTracker | null;
  files: IDefaultFileBrowser | null;
}

/** Every action on an environment or a build, as a command. */
export function addCommands(
  app: JupyterFrontEnd,
  surroundings: ICommandSurroundings
): void {
  const { model, trans, notebooks, files } = surroundings;
  addNotebookCommands(app, model, trans, notebooks, files);
  addBuildCommands(app, model, trans);
  addHelpCommands(app, model, trans);
  addEnvironmentCommands(app, model, trans);
  addCareCommands(app, model, trans);
  addVersionCommands(app, model, trans);
  addPinnedKernelCommands(app, model, trans);
  addPlaceCommands(app, model, trans);
  addShareCommands(app, model, trans);
  addNamespaceCommands(app, model, trans);
  addProposalCommands(app, model, trans);
  addScratchCommands(app, model, trans, files);
}
