import type { JupyterFrontEnd } from '@jupyterlab/application';
import { Notification } from '@jupyterlab/apputils';
import { PathExt } from '@jupyterlab/coreutils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { shareIcon } from '@jupyterlab/ui-components';
import { labels, RECORD_KEY, toMetadata } from '../record';
import type { RecordKeeper } from '../record-keeper';
import { ShareApi } from '../share-api';
import { CommandIDs, type ITerrariumModel } from '../tokens';
import { noArguments } from './arguments';
import { reporting } from './report';
import { share } from './shares';

/** The largest notebook that a link may lead to, in characters; the server's limit. */
const LARGEST = 2_000_000;

/** *Share Notebook…*: one link to the notebook as it is now, with what it runs in. */
export function addShareNotebookCommand(
  app: JupyterFrontEnd,
  model: ITerrariumModel,
  trans: TranslationBundle,
  current: () => RecordKeeper | null
): void {
  app.commands.addCommand(CommandIDs.shareNotebook, {
    label: trans.__('Share Notebook…'),
    caption: trans.__(
      'Make a link to this notebook as it is now, with its environment'
    ),
    icon: shareIcon,
    describedBy: noArguments(),
    isEnabled: () => Boolean(current()?.running),
    execute: () =>
      reporting(async () => {
        const keeper = current();
        const running = keeper?.running?.record;
        if (!keeper || !running) {
          return;
        }
        const { context } = keeper;
        const item = await model.environment(labels(running));
        const notebook = context.model.sharedModel.toJSON();
        const content = JSON.stringify({
          ...notebook,
          metadata: { ...notebook.metadata, [RECORD_KEY]: toMetadata(running) }
        });
        if (content.length > LARGEST) {
          Notification.error(
            trans.__(
              'This notebook is too large for a link: at most 2 MB. Clear its largest outputs and try again.'
            ),
            { autoClose: false }
          );
          return;
        }
        const name = PathExt.basename(context.path);
        const api = new ShareApi(model.api.settings);
        await share(api, model, item, running.version, trans, {
          name,
          content
        });
      })
  });
}
