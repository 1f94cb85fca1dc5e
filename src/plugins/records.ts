import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { Notification } from '@jupyterlab/apputils';
import { INotebookTracker } from '@jupyterlab/notebook';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { ITranslator, type TranslationBundle } from '@jupyterlab/translation';
import { noArguments } from '../commands/arguments';
import { RecordApi } from '../record-api';
import type { RecordKeeper } from '../record-keeper';
import { RecordKeepers } from '../record-keepers';
import { CommandIDs, ITerrariumModel } from '../tokens';

const SETTINGS = 'jupyterlab-terrarium:plugin';

/** Notebooks remember which version of which environment they were made with. */
export const recordsPlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-terrarium:records',
  description: 'Records in a notebook which environment it was made with.',
  autoStart: true,
  requires: [ITerrariumModel, ITranslator, INotebookTracker],
  optional: [ISettingRegistry],
  activate: (
    app: JupyterFrontEnd,
    model: ITerrariumModel,
    translator: ITranslator,
    tracker: INotebookTracker,
    settings: ISettingRegistry | null
  ) => {
    const trans = translator.load('jupyterlab_terrarium');
    let enabled = true;
    const keepers = new RecordKeepers({
      api: new RecordApi(model.api.settings),
      kernelspecs: app.serviceManager.kernelspecs,
      enabled: () => enabled,
      differs: keeper => askOnce(keeper, trans)
    });
    app.docRegistry.addWidgetExtension('Notebook', keepers);
    void settings?.load(SETTINGS).then(found => {
      const read = () => {
        enabled = found.get('recordEnvironment').composite !== false;
      };
      read();
      found.changed.connect(read);
    });

    const current = () => keepers.of(tracker.currentWidget);
    app.commands.addCommand(CommandIDs.updateRecord, {
      label: trans.__('Update the Notebook’s Record'),
      caption: trans.__(
        'Record in the notebook the environment that it runs in now'
      ),
      describedBy: noArguments(),
      isEnabled: () => Boolean(current()?.running),
      execute: () => current()?.update()
    });
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
