import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import {
  ICommandPalette,
  IToolbarWidgetRegistry,
  Notification
} from '@jupyterlab/apputils';
import { INotebookTracker, type NotebookPanel } from '@jupyterlab/notebook';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { ITranslator, type TranslationBundle } from '@jupyterlab/translation';
import { RecordApi } from '../record-api';
import type { RecordKeeper } from '../record-keeper';
import { addRecordCommands } from '../commands/records';
import { addShareNotebookCommand } from '../commands/share-notebook';
import { RecordKeepers } from '../record-keepers';
import { CommandIDs, ITerrariumModel } from '../tokens';
import { RecordBadge } from '../widgets/record-badge';

const SETTINGS = 'jupyterlab-terrarium:plugin';

/** Notebooks remember which version of which environment they were made with. */
export const recordsPlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-terrarium:records',
  description: 'Records in a notebook which environment it was made with.',
  autoStart: true,
  requires: [ITerrariumModel, ITranslator, INotebookTracker],
  optional: [
    ISettingRegistry,
    IToolbarWidgetRegistry,
    IRenderMimeRegistry,
    ICommandPalette
  ],
  activate: (
    app: JupyterFrontEnd,
    model: ITerrariumModel,
    translator: ITranslator,
    tracker: INotebookTracker,
    settings: ISettingRegistry | null,
    toolbars: IToolbarWidgetRegistry | null,
    rendermime: IRenderMimeRegistry | null,
    palette: ICommandPalette | null
  ) => {
    const trans = translator.load('jupyterlab_terrarium');
    const { commands } = app;
    const { kernelspecs } = app.serviceManager;
    const api = new RecordApi(model.api.settings);
    let enabled = true;
    const keepers = new RecordKeepers({
      api,
      kernelspecs,
      enabled: () => enabled,
      differs: keeper => askOnce(keeper, trans)
    });
    app.docRegistry.addWidgetExtension('Notebook', keepers);
    toolbars?.addFactory<NotebookPanel>(
      'Notebook',
      'terrarium-record',
      panel => new RecordBadge(keepers.of(panel), commands, trans)
    );
    void settings?.load(SETTINGS).then(found => {
      const read = () => {
        enabled = found.get('recordEnvironment').composite !== false;
      };
      read();
      found.changed.connect(read);
    });

    const context = {
      model,
      commands,
      trans,
      rendermime: rendermime ?? undefined
    };
    keepers.added.connect((_, { panel, keeper }) => {
      let shown = false;
      keeper.changed.connect(() => {
        if (keeper.wanted && !shown) {
          void import('../record-notice').then(({ showNotice }) =>
            showNotice(panel, keeper, context, api, kernelspecs)
          );
        }
        shown = keeper.wanted;
      });
    });

    const current = () =>
      tracker.currentWidget && keepers.of(tracker.currentWidget);
    addRecordCommands(app, api, trans, current);
    addShareNotebookCommand(app, model, trans, current);
    [
      CommandIDs.shareNotebook,
      CommandIDs.runAsThen,
      CommandIDs.compareRecord,
      CommandIDs.updateRecord
    ].forEach(command =>
      palette?.addItem({ command, category: trans.__('Environments') })
    );
  }
};

/** The record was left as it is: say so, and offer to change it. */
function askOnce(keeper: RecordKeeper, trans: TranslationBundle): void {
  const { record, running } = keeper;
  if (!record || !running) {
    return;
  }
  Notification.info(
    trans.__(
      'This notebook records %1, version %2, and runs in %3, version %4. The record was left as it is.',
      record.environment,
      record.version,
      running.record.environment,
      running.record.version
    ),
    {
      autoClose: 15_000,
      actions: [
        {
          label: trans.__('Update Record'),
          callback: () => keeper.update()
        }
      ]
    }
  );
}
