import type { JupyterFrontEnd } from '@jupyterlab/application';
import {
  Clipboard,
  Dialog,
  Notification,
  showDialog
} from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { copyIcon, shareIcon } from '@jupyterlab/ui-components';
import { ArtifactApi } from '../artifact-api';
import { ShareApi } from '../share-api';
import { saveText } from '../save-text';
import { isLocal, recipeLink, shareLink } from '../share-links';
import { CommandIDs, type ITerrariumModel } from '../tokens';
import type { EnvironmentSummary } from '../types';
import {
  environmentArguments,
  environmentProperties,
  targetItem
} from './arguments';
import { reporting } from './report';

/** *Share…* and *Revoke*. */
export function addShareCommands(
  app: JupyterFrontEnd,
  model: ITerrariumModel,
  trans: TranslationBundle
): void {
  const { commands } = app;
  const api = new ShareApi(model.api.settings);

  commands.addCommand(CommandIDs.share, {
    label: trans.__('Share…'),
    caption: trans.__('Make a link that lets others use this environment'),
    icon: shareIcon,
    describedBy: {
      args: {
        type: 'object',
        properties: {
          ...environmentProperties(trans),
          version: {
            type: 'integer',
            description: trans.__(
              'Number of the version to offer first; default: the current one'
            )
          }
        }
      }
    },
    isEnabled: args => isShareable(targetItem(model, args)),
    execute: args =>
      reporting(async () => {
        const item = targetItem(model, args);
        if (item) {
          const version =
            typeof args.version === 'number' ? args.version : undefined;
          await share(api, model, item, version, trans);
        }
      })
  });

  commands.addCommand(CommandIDs.copyRecipe, {
    label: trans.__('Copy Link with Recipe Inside'),
    caption: trans.__(
      'A link that holds the whole specification and needs no store'
    ),
    icon: copyIcon,
    describedBy: environmentArguments(trans),
    isEnabled: args => targetItem(model, args) !== null,
    execute: args =>
      reporting(async () => {
        const item = targetItem(model, args);
        if (item) {
          await copyRecipe(api, item, trans);
        }
      })
  });

  commands.addCommand(CommandIDs.revokeShare, {
    label: trans.__('Revoke'),
    caption: trans.__('End this link at once'),
    describedBy: {
      args: {
        type: 'object',
        required: ['share'],
        properties: {
          share: { type: 'string', description: trans.__('Id of the link') }
        }
      }
    },
    execute: args =>
      reporting(async () => {
        const result = await showDialog({
          title: trans.__('Revoke this link?'),
          body: trans.__(
            'Nobody can open or use it from now on, and it cannot be had back. Notebooks that run keep their kernel until it stops, and copies stay with those who made them.'
          ),
          buttons: [
            Dialog.cancelButton({ label: trans.__('Keep') }),
            Dialog.warnButton({ label: trans.__('Revoke') })
          ],
          defaultButton: 0
        });
        if (result.button.accept) {
          await api.revoke(String(args.share));
        }
      })
  });
}

/** Copy a version as a link; from a server that only this machine reaches, as bare payload. */
async function copyRecipe(
  api: ShareApi,
  item: EnvironmentSummary,
  trans: TranslationBundle
): Promise<void> {
  const version = String(item.current ?? item.latest);
  const payload = await api.recipe(item.namespace, item.name, version);
  const link = recipeLink(payload);
  const local = isLocal(link);
  Clipboard.copyToSystem(local ? payload : link);
  Notification.success(
    local
      ? trans.__(
          'Copied the recipe of %1. Whoever gets it pastes it under "Open Shared Link…" in their JupyterLab.',
          item.name
        )
      : trans.__('Copied a link with the recipe of %1.', item.name),
    { autoClose: 8000 }
  );
}

/** Ask for whom and how long, make the link, and show it. */
export async function share(
  api: ShareApi,
  model: ITerrariumModel,
  item: EnvironmentSummary,
  version: number | undefined,
  trans: TranslationBundle,
  notebook?: { name: string; content: string }
): Promise<void> {
  const { ShareForm, ShareResult } = await import('../widgets/share');
  const local = isLocal(shareLink('x'));
  const { namespace, name } = item;
  const wanted = version ?? item.current ?? item.latest;
  const artifacts = new ArtifactApi(model.api.settings);
  const { items } = await artifacts.forms({ namespace, name, version: wanted });
  const forms = items.filter(
    form => form.needs !== 'text' && form.unavailable === ''
  );
  const asked = await showDialog({
    title: trans.__('Share %1', notebook?.name ?? item.name),
    body: new ShareForm({
      item,
      version,
      notebook,
      local,
      forms,
      trans,
      onRecipe: () => void reporting(() => copyRecipe(api, item, trans)),
      onLockfile: () =>
        void reporting(async () => {
          saveText(
            'conda-lock.yml',
            await model.api.lockfile(item.namespace, item.name, wanted)
          );
        })
    }),
    buttons: [
      Dialog.cancelButton(),
      Dialog.okButton({ label: trans.__('Make Link') })
    ],
    focusNodeSelector: 'input'
  });
  if (!asked.button.accept || !asked.value) {
    return;
  }
  const made = await api.create(item.namespace, item.name, asked.value);
  await showDialog({
    title: trans.__('Link to %1', notebook?.name ?? item.name),
    body: new ShareResult({ link: shareLink(made.token), made, local, trans }),
    buttons: [Dialog.okButton({ label: trans.__('Done') })],
    // It is shown once: Enter copies it before anything closes.
    focusNodeSelector: 'button'
  });
}

function isShareable(item: EnvironmentSummary | null): boolean {
  return item !== null && item.current !== null && item.role !== 'viewer';
}
