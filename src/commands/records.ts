import type { JupyterFrontEnd } from '@jupyterlab/application';
import { Notification } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { labels, relation } from '../record';
import type { RecordApi } from '../record-api';
import type { RecordKeeper } from '../record-keeper';
import { CommandIDs } from '../tokens';
import { noArguments } from './arguments';
import { reporting } from './report';

/** *Run as then*, *compare* and *update record*, of the notebook that is in front. */
export function addRecordCommands(
  app: JupyterFrontEnd,
  api: RecordApi,
  trans: TranslationBundle,
  current: () => RecordKeeper | null
): void {
  const { commands } = app;
  const { kernelspecs } = app.serviceManager;

  commands.addCommand(CommandIDs.runAsThen, {
    label: trans.__('Run as Then'),
    caption: trans.__(
      'Restart this notebook in exactly the version that it records'
    ),
    describedBy: noArguments(),
    isEnabled: () => Boolean(current()?.record),
    execute: () =>
      reporting(async () => {
        const keeper = current();
        const record = keeper?.record;
        if (!keeper || !record) {
          return;
        }
        const used = await api.use(record);
        if (!used.ready) {
          // The card tells when it is built, and gives the kernel then.
          keeper.want();
        } else if (used.kernels.length === 0) {
          Notification.warning(trans.__('%1 has no kernel.', used.name));
        } else {
          await kernelspecs.refreshSpecs();
          await keeper.start(used.kernels[0].name);
        }
      })
  });

  commands.addCommand(CommandIDs.compareRecord, {
    label: trans.__('Compare the Versions'),
    caption: trans.__('What differs between then and now'),
    describedBy: noArguments(),
    isEnabled: () => {
      const { record, running } = current() ?? {};
      return Boolean(
        record &&
        running &&
        relation(record, running.record) === 'version' &&
        record.version !== running.record.version
      );
    },
    execute: async () => {
      const { record, running } = current() ?? {};
      if (record && running) {
        await commands.execute(CommandIDs.details, {
          ...labels(running.record),
          tab: 'versions',
          compare: [record.version, running.record.version]
        });
      }
    }
  });

  commands.addCommand(CommandIDs.updateRecord, {
    label: trans.__('Update the Notebook’s Record'),
    caption: trans.__(
      'Record in the notebook the environment that it runs in now'
    ),
    describedBy: noArguments(),
    isEnabled: () => Boolean(current()?.running),
    execute: () => current()?.update()
  });
}
