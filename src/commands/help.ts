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
        try {
          await show(await model.api.buildHelp(build.id), trans);
        } finally {
          Notification.dismiss(gathering);
        }
      })
  });
}

async function show(
  bundle: BuildHelp,
  trans: TranslationBundle
): Promise<void> {
  const area = document.createElement('textarea');
  area.className = 'jp-Terrarium-help';
  area.readOnly = true;
  area.value = bundle.text;
  area.setAttribute('aria-label', trans.__('Text to send'));
  const send = trans.__('Copy and Write to %1', bundle.contact);
  const { button } = await showDialog({
    title: trans.__('Ask for help'),
    body: new Widget({ node: area }),
    buttons: [
      Dialog.cancelButton({ label: trans.__('Close') }),
      ...(bundle.contact ? [Dialog.okButton({ label: send })] : []),
      Dialog.okButton({ label: trans.__('Copy') })
    ]
  });
  if (button.accept) {
    Clipboard.copyToSystem(bundle.text);
    Notification.info(trans.__('Copied. Look through it before you send it.'), {
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
