import type { JupyterFrontEnd } from '@jupyterlab/application';
import {
  Clipboard,
  Dialog,
  Notification,
  showDialog
} from '@jupyterlab/apputils';
import type { ITerminal } from '@jupyterlab/terminal';
import type { TranslationBundle } from '@jupyterlab/translation';
import { copyIcon, deleteIcon, terminalIcon } from '@jupyterlab/ui-components';
import type { CommandRegistry } from '@lumino/commands';
import { formatBytes } from '../format';
import { activeBuild } from '../states';
import { CommandIDs, type ITerrariumModel } from '../tokens';
import type { EnvironmentSummary } from '../types';
import { environmentArguments, isOwned, target, targetItem } from './arguments';
import { reporting } from './report';

/** *Delete*, *Open terminal* and *Copy interpreter path*. */
export function addEnvironmentCommands(
  app: JupyterFrontEnd,
  model: ITerrariumModel,
  trans: TranslationBundle
): void {
  const { commands } = app;

  commands.addCommand(CommandIDs.remove, {
    label: trans.__('Delete Environment…'),
    icon: deleteIcon,
    describedBy: environmentArguments(trans),
    isVisible: args => isOwned(model, args),
    isEnabled: args => isOwned(model, args),
    execute: args =>
      reporting(async () => {
        const item = targetItem(model, args);
        const own = model.status?.namespace ?? '';
        if (item && (await confirmDelete(item, own, trans))) {
          await model.api.deleteEnvironment(item.namespace, item.name);
          offerUndo(commands, item, trans);
        }
      })
  });

  commands.addCommand(CommandIDs.openTerminal, {
    label: trans.__('Open Terminal'),
    caption: trans.__('A shell in which this environment is activated'),
    icon: terminalIcon,
    describedBy: environmentArguments(trans),
    isEnabled: args =>
      commands.hasCommand('terminal:create-new') && isUsable(model, args),
    execute: args =>
      reporting(async () => {
        const ref = target(model, args);
        if (!ref) {
          return;
        }
        const command =
          model.status?.shell_command ?? 'jupyter terrarium shell';
        const widget = await commands.execute('terminal:create-new');
        const terminal: ITerminal.ITerminal = widget.content;
        // Names have no character that a shell would interpret.
        terminal.session.send({
          type: 'stdin',
          content: [`${command} ${ref.namespace}/${ref.name}\r`]
        });
      })
  });

  commands.addCommand(CommandIDs.copyInterpreter, {
    label: trans.__('Copy Interpreter Path'),
    caption: trans.__('The path that an editor such as VS Code asks for'),
    icon: copyIcon,
    describedBy: environmentArguments(trans),
    isEnabled: args => isUsable(model, args),
    execute: args =>
      reporting(async () => {
        const ref = target(model, args);
        if (!ref) {
          return;
        }
        const { interpreter } = await model.environment(ref);
        if (interpreter) {
          Clipboard.copyToSystem(interpreter);
          Notification.info(trans.__('Copied %1', interpreter), {
            autoClose: 4000
          });
        } else {
          Notification.warning(trans.__('%1 has no interpreter.', ref.name));
        }
      })
  });
}

function isUsable(
  model: ITerrariumModel,
  args: Parameters<typeof targetItem>[1]
): boolean {
  const item = targetItem(model, args);
  return item !== null && item.current !== null;
}

/** Say that it is gone, and how to have it back. */
function offerUndo(
  commands: CommandRegistry,
  item: EnvironmentSummary,
  trans: TranslationBundle
): void {
  Notification.info(trans.__('%1 was deleted.', item.name), {
    autoClose: 15_000,
    actions: [
      {
        label: trans.__('Undo'),
        displayType: 'accent',
        callback: () =>
          void commands.execute(CommandIDs.restore, { id: item.id })
      }
    ]
  });
}

/** Ask, saying what will be lost; the safe answer is the default. */
async function confirmDelete(
  item: EnvironmentSummary,
  own: string,
  trans: TranslationBundle
): Promise<boolean> {
  const result = await showDialog({
    title: trans.__('Delete %1?', item.name),
    body: losses(item, own, trans),
    buttons: [
      Dialog.cancelButton({ label: trans.__('Keep') }),
      Dialog.warnButton({ label: trans.__('Delete') })
    ],
    defaultButton: 0
  });
  return result.button.accept;
}

/** What deleting an environment takes away, in sentences. */
export function losses(
  item: EnvironmentSummary,
  own: string,
  trans: TranslationBundle
): string {
  const versions = trans._n(
    'Its version and its build log go',
    'All its %1 versions and their build logs go',
    item.latest
  );
  const size = item.size > 0 ? ` (${formatBytes(item.size)})` : '';
  const sentences = [`${versions}${size}.`];
  if (item.namespace !== own) {
    sentences.unshift(
      trans.__('It belongs to %1, not to you alone.', item.namespace)
    );
  }
  if (item.kernels.length > 0) {
    sentences.push(
      trans.__(
        'Its kernel leaves the list of kernels; notebooks that use it now keep running until their kernel stops.'
      )
    );
  }
  if (activeBuild(item)) {
    sentences.push(trans.__('The build that runs now is cancelled.'));
  }
  return sentences.join(' ');
}
