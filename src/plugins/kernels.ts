import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ITerrariumModel } from '../tokens';
import type { TerrariumEvent } from '../types';

/** Brings new kernels into the picker and the launcher of the open session. */
export const kernelsPlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-terrarium:kernels',
  description: 'Refreshes the list of kernels when an environment changes.',
  autoStart: true,
  requires: [ITerrariumModel],
  activate: (app: JupyterFrontEnd, model: ITerrariumModel) => {
    const { kernelspecs } = app.serviceManager;
    let missed = false;

    const refresh = () => {
      // In a hidden tab only the first refresh is really sent; the others resolve
      // without a request. So what happened there is asked for again when it is seen.
      missed = document.hidden;
      void kernelspecs.refreshSpecs();
    };

    model.events.connect((_, event) => {
      if (changesKernels(event)) {
        refresh();
      }
    }, kernelspecs);
    // A server that is connected to a team store gets some kernels later than the events.
    model.kernelsMoved.connect(refresh, kernelspecs);
    document.addEventListener('visibilitychange', () => {
      if (!document.hidden && missed) {
        refresh();
      }
    });
  }
};

/** Whether the list of kernels may be another after this event. */
export function changesKernels(event: TerrariumEvent): boolean {
  return (
    event.kind === 'kernels-changed' ||
    event.kind === 'current-changed' ||
    event.kind === 'environment-deleted' ||
    (event.kind === 'build-changed' && event.data.state === 'ready')
  );
}
