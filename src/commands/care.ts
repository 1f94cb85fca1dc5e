import type { JupyterFrontEnd } from '@jupyterlab/application';
import {
  Dialog,
  InputDialog,
  Notification,
  showDialog
} from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { undoIcon } from '@jupyterlab/ui-components';
import { CareApi } from '../care-api';
import { formatAgo, formatBytes } from '../format';
import { cleanupBody } from '../components/cleanup-view';
import { CommandIDs, type ITerrariumModel } from '../tokens';
import type { Verification } from '../types';
import {
  environmentArguments,
  noArguments,
  target,
  targetItem
} from './arguments';
import { inWords, reporting } from './report';

/** *Restore Deleted Environment…*, *Verify Files* and *Clean Up…*. */
export function addCareCommands(
  app: JupyterFrontEnd,
  model: ITerrariumModel,
  trans: TranslationBundle
): void {
  const { commands } = app;
  const api = new CareApi(model.api.settings);

  commands.addCommand(CommandIDs.restore, {
    label: trans.__('Restore Deleted Environment…'),
    icon: undoIcon,
    describedBy: {
      args: {
        type: 'object',
        properties: {
          id: {
            type: 'string',
            description: trans.__(
              'Id of the deleted environment; default: ask which one'
            )
          }
        }
      }
    },
    execute: args =>
      reporting(async () => {
        const id =
          typeof args.id === 'string' ? args.id : await choose(api, trans);
        if (id) {
          const restored = await api.restoreEnvironment(id);
          Notification.success(trans.__('%1 is back.', restored.name), {
            autoClose: 6000
          });
        }
      })
  });

  commands.addCommand(CommandIDs.verify, {
    label: trans.__('Verify Files'),
    caption: trans.__('Look whether files were changed after the build'),
    describedBy: environmentArguments(trans),
    isEnabled: args => targetItem(model, args)?.current !== null,
    execute: async args => {
      const ref = target(model, args);
      if (!ref) {
        return;
      }
      const check = (repair: boolean) =>
        api.verify(ref.namespace, ref.name, 'current', repair);
      const id = Notification.emit(
        trans.__('Verifying the files of %1…', ref.name),
        'in-progress',
        { autoClose: false }
      );
      const tell = (found: Verification): void => {
        const differs =
          found.changed.length + found.missing.length + found.added.length;
        if (!differs) {
          Notification.update({
            id,
            type: 'success',
            autoClose: 6000,
            message: trans.__('The files of %1 are as installed.', ref.name),
            actions: []
          });
          return;
        }
        Notification.update({
          id,
          type: 'warning',
          message: differences(found, ref.name, trans),
          actions: [
            {
              label: trans.__('Repair'),
              displayType: 'accent',
              callback: event => {
                event.preventDefault();
                Notification.update({
                  id,
                  type: 'in-progress',
                  message: trans.__('Repairing the files of %1…', ref.name),
                  actions: []
                });
                void check(true).then(tell, fail);
              }
            }
          ]
        });
      };
      const fail = (error: unknown): void => {
        Notification.update({ id, type: 'error', message: inWords(error) });
      };
      await check(false).then(tell, fail);
    }
  });

  commands.addCommand(CommandIDs.cleanUp, {
    label: trans.__('Clean Up…'),
    caption: trans.__('What nobody needs any more, and what that frees'),
    describedBy: noArguments(),
    execute: () =>
      reporting(async () => {
        const report = await api.cleanupReport();
        const empty = report.items.length === 0;
        const result = await showDialog({
          title: trans.__('Clean Up'),
          body: cleanupBody(report, trans),
          buttons: empty
            ? [Dialog.okButton()]
            : [
                Dialog.cancelButton({ label: trans.__('Keep Everything') }),
                Dialog.warnButton({
                  label: trans.__('Free %1', formatBytes(report.freed) || '0 B')
                })
              ],
          defaultButton: 0
        });
        if (result.button.accept && !empty) {
          const done = await api.cleanUp(report.id);
          Notification.success(
            trans.__(
              '%1 removed. The disk has its space back in a while.',
              trans._n('%1 thing', '%1 things', done.removed)
            ),
            { autoClose: 6000 }
          );
        }
      })
  });
}

/** Ask which of the deleted environments; null for none of them. */
async function choose(
  api: CareApi,
  trans: TranslationBundle
): Promise<string | null> {
  const { items } = await api.deletedEnvironments();
  if (items.length === 0) {
    Notification.info(trans.__('No deleted environment can be restored.'), {
      autoClose: 6000
    });
    return null;
  }
  const now = Date.now();
  const labels = items.map((item, index) =>
    trans.__(
      '%1. %2/%3, deleted %4',
      index + 1,
      item.namespace,
      item.name,
      formatAgo(item.deleted, now, trans)
    )
  );
  const { value } = await InputDialog.getItem({
    title: trans.__('Restore Deleted Environment'),
    label: trans.__('It comes back with its versions and its kernels.'),
    items: labels,
    okLabel: trans.__('Restore')
  });
  return value === null ? null : (items[labels.indexOf(value)]?.id ?? null);
}

/** The first few files that differ, in words. */
function differences(
  found: Verification,
  name: string,
  trans: TranslationBundle
): string {
  const lines = [
    ...found.changed.map(path => trans.__('changed: %1', path)),
    ...found.missing.map(path => trans.__('missing: %1', path)),
    ...found.added.map(path => trans.__('added: %1', path))
  ];
  const more = lines.length - SHOWN;
  return [
    trans.__('Files of %1 were changed after it was built.', name),
    ...lines.slice(0, SHOWN),
    ...(more > 0 ? [trans.__('and %1 more', more)] : [])
  ].join('\n');
}

const SHOWN = 5;
