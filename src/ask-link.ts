import { Dialog, InputDialog, showDialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';

/** Ask for a link; null when none was given. */
export async function askLink(
  trans: TranslationBundle
): Promise<string | null> {
  const answer = await InputDialog.getText({
    title: trans.__('Open Shared Link'),
    label: trans.__(
      'The link, or what was copied from “Copy Recipe”. Nothing is built before you say so.'
    ),
    okLabel: trans.__('Look')
  });
  return answer.button.accept ? answer.value : null;
}

/** Whether this server may fetch from another one; the safe answer is the default. */
export async function confirmFetch(
  host: string,
  trans: TranslationBundle
): Promise<boolean> {
  const result = await showDialog({
    title: trans.__('Fetch from %1?', host),
    body: trans.__(
      'This link is not from here. Your server will ask %1 for the description and the lockfile, and show them to you. It sends nothing but the link, and builds nothing.',
      host
    ),
    buttons: [
      Dialog.cancelButton(),
      Dialog.okButton({ label: trans.__('Fetch') })
    ],
    defaultButton: 0
  });
  return result.button.accept;
}

/** Say that what was pasted is no link. */
export async function refuse(trans: TranslationBundle): Promise<void> {
  await showDialog({
    title: trans.__('This is no link to an environment'),
    body: trans.__(
      'Paste the whole link as it was sent to you; it begins with https://, or with “1.” for a recipe.'
    ),
    buttons: [Dialog.okButton()]
  });
}
