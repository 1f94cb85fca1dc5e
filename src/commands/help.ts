import type { JupyterFrontEnd } from '@jupyterlab/application';
import {
  Clipboard,
  Dialog,
  Notification,
  showDialog
} from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { Widget } from '@lumino/widgets';
import { CommandIDs, type ITerrariumModel } from '../tokens';
import type { BuildHelp } from '../types';
import { buildArguments, targetBuild } from './arguments';
import { reporting } from './report';

/** *Ask for help*: one text about a failed build, to read, copy and send. */
export function addHelpCommands(
  app: JupyterFrontEnd,
  model: ITerrariumModel,
  trans: TranslationBundle
): void {
  const failed = (args: Parameters<typeof targetBuild>[1]): boolean =>
    targetBuild(model, args)?.state === 'failed';
  app.commands.addCommand(CommandIDs.askForHelp, {
    label: trans.__('Ask for Help…'),
    caption: trans.__(
      'Gather specification, explanation, log and checks in one text without secrets'
    ),
    describedBy: buildArguments(trans),
    isEnabled: failed,
    isVisible: failed,
    execute: args =>
      reporting(async () => {
        const build = targetBuild(model, args);
        if (!build) {
          return;
        }
        const gathering = Notification.emit(
          trans.__('Gathering what somebody needs who helps…'),
          'in-progress'
        );
        let bundle: BuildHelp;
        try {
          bundle = await model.api.buildHelp(build.id);
        } finally {
          Notification.dismiss(gathering);
        }
        await show(bundle, trans);
      })
  });
}

async function show(
  bundle: BuildHelp,
  trans: TranslationBundle
): Promise<void> {
  const words = document.createElement('p');
  words.className = 'jp-Terrarium-helpWords';
  words.textContent = trans.__(
    'Send this text to somebody who can help. Passwords and tokens were taken out; look through it all the same.'
  );
  const area = document.createElement('textarea');
  area.className = 'jp-Terrarium-help';
  area.readOnly = true;
  area.value = bundle.text;
  area.setAttribute('aria-label', trans.__('Text to send'));
  const body = document.createElement('div');
  body.append(words, area);
  const send = trans.__('Copy and Write to %1', bundle.contact);
  const { button } = await showDialog({
    title: trans.__('Ask for Help'),
    body: new Widget({ node: body }),
    buttons: [
      Dialog.cancelButton({ label: trans.__('Close') }),
      ...(bundle.contact ? [Dialog.okButton({ label: send })] : []),
      Dialog.okButton({ label: trans.__('Copy') })
    ]
  });
  if (button.accept) {
    Clipboard.copyToSystem(bundle.text);
    Notification.info(trans.__('Copied.'), {
      autoClose: 6000
    });
  }
  if (button.label === send) {
    window.open(address(bundle), '_blank', 'noopener');
  }
}

/** Where to write to; the text itself is too long for a mail's address. */
export function address({ contact, subject }: BuildHelp): string {
  return /^https?:/.test(contact)
    ? contact
    : `mailto:${contact}?subject=${encodeURIComponent(subject)}`;
}
