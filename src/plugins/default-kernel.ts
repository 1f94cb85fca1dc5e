import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import type { DocumentRegistry } from '@jupyterlab/docregistry';
import type { INotebookModel, NotebookPanel } from '@jupyterlab/notebook';
import type { KernelSpec } from '@jupyterlab/services';

/**
 * A new notebook begins with the kernel of the first recommended environment, instead of a
 * question, unless its maker has chosen one. Which it is, the server says: it is its default.
 */
export const defaultKernelPlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-terrarium:default-kernel',
  description: 'The recommended environment is the kernel of a new notebook.',
  autoStart: true,
  activate: (app: JupyterFrontEnd) => {
    const { kernelspecs } = app.serviceManager;
    app.docRegistry.addWidgetExtension('Notebook', {
      createNew: (
        _: NotebookPanel,
        context: DocumentRegistry.IContext<INotebookModel>
      ) => {
        void suggestKernel(context, () => recommendedKernel(kernelspecs.specs));
      }
    });
  }
};

/** The default kernel when it is one of ours. */
export function recommendedKernel(
  specs: KernelSpec.ISpecModels | null
): string | null {
  const found = specs?.kernelspecs[specs.default];
  return found?.metadata?.terrarium ? found.name : null;
}

/** What of a notebook's context decides about its first kernel. */
type Context = Pick<
  DocumentRegistry.IContext<INotebookModel>,
  'ready' | 'isDisposed' | 'model' | 'sessionContext'
>;

/**
 * Give a blank notebook the kernel that *suggested* names. Once its content is known, JupyterLab
 * looks after its checkpoint, and only then begins the session: that is the moment.
 */
export async function suggestKernel(
  context: Context,
  suggested: () => string | null
): Promise<void> {
  await context.ready;
  if (context.isDisposed) {
    return;
  }
  const { model, sessionContext } = context;
  const preference = sessionContext.kernelPreference;
  const name = suggested();
  const chosen =
    preference.name || model.defaultKernelName || model.defaultKernelLanguage;
  if (name && !chosen && !sessionContext.isReady && isBlank(model)) {
    sessionContext.kernelPreference = { ...preference, name };
  }
}

function isBlank(model: INotebookModel): boolean {
  return [...model.cells].every(cell => cell.sharedModel.getSource() === '');
}
