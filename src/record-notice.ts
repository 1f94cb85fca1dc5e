import type { NotebookPanel } from '@jupyterlab/notebook';
import type { KernelSpec } from '@jupyterlab/services';
import { Signal } from '@lumino/signaling';
import type { ITerrariumContext } from './components/context';
import type { RecordApi } from './record-api';
import type { RecordKeeper } from './record-keeper';
import { RecordSource } from './record-source';
import { CardBody } from './widgets/card';

/** The card of what a notebook records, above its cells, until a kernel runs. */
export function showNotice(
  panel: NotebookPanel,
  keeper: RecordKeeper,
  context: ITerrariumContext,
  records: RecordApi,
  kernelspecs: KernelSpec.IManager
): void {
  const { record } = keeper;
  if (!record) {
    return;
  }
  const { trans, model } = context;
  const source = new RecordSource(records, model.api, record);
  const notebooks = {
    open: async () => undefined,
    current: () => null,
    changed: new Signal<object, void>({}),
    switchTo: async () => undefined,
    get: async (kernel: string) => {
      await kernelspecs.refreshSpecs();
      await keeper.start(kernel);
    }
  };
  const lead = trans.__(
    'This notebook was made with %1, version %2. Nothing runs in it yet.',
    record.environment,
    record.version
  );
  const card = new CardBody(context, source, notebooks, lead);
  card.addClass('jp-Terrarium-recordCard');
  panel.contentHeader.addWidget(card);
  const update = () => {
    if (!keeper.wanted) {
      keeper.changed.disconnect(update);
      card.dispose();
    }
  };
  keeper.changed.connect(update);
}
