import type { JupyterFrontEnd } from '@jupyterlab/application';
import { InputDialog, Notification } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { copyIcon } from '@jupyterlab/ui-components';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';
import { CommandIDs, type ITerrariumModel } from '../tokens';
import type { EnvironmentSummary } from '../types';
import { environmentProperties, targetItem } from './arguments';
import { reporting } from './report';

/** *Rename*, *Move* and *Copy*: all at once, whatever the environment's size. */
export function addPlaceCommands(
  app: JupyterFrontEnd,
  model: ITerrariumModel,
  trans: TranslationBundle
): void {
  const { commands } = app;
  const describedBy = (words: { to?: string; place?: string }) => ({
    args: {
      type: 'object',
      properties: {
        ...environmentProperties(trans),
        ...(words.to && { to: { type: 'string', description: words.to } }),
        ...(words.place && {
          place: { type: 'string', description: words.place }
        })
      }
    }
  });

  commands.addCommand(CommandIDs.rename, {
    label: trans.__('Rename Environment…'),
    describedBy: describedBy({
      to: trans.__('The new name; without it you are asked')
    }),
    isEnabled: args => mayChange(targetItem(model, args)),
    execute: args =>
      reporting(async () => {
        const item = targetItem(model, args);
        const name = text(args, 'to') ?? (item && (await askName(item, trans)));
        if (item && name && name !== item.name) {
          await model.api.updateEnvironment(item.namespace, item.name, {
            name
          });
        }
      })
  });

  commands.addCommand(CommandIDs.move, {
    label: trans.__('Move to Another Namespace…'),
    describedBy: describedBy({
      place: trans.__('The other namespace; without it you are asked')
    }),
    isEnabled: args => {
      const item = targetItem(model, args);
      return (
        item !== null &&
        item.role === 'owner' &&
        placesFor(model, item).length > 0
      );
    },
    execute: args =>
      reporting(async () => {
        const item = targetItem(model, args);
        const namespace =
          text(args, 'place') ??
          (item &&
            (await askPlace(
              trans.__('Move %1 to', item.name),
              placesFor(model, item),
              trans.__('Move'),
              trans
            )));
        if (item && namespace) {
          await model.api.updateEnvironment(item.namespace, item.name, {
            namespace
          });
        }
      })
  });

  commands.addCommand(CommandIDs.copy, {
    label: trans.__('Copy Environment…'),
    caption: trans.__('An environment of its own, to change without fear'),
    icon: copyIcon,
    describedBy: describedBy({
      to: trans.__('Name of the copy; without it you are asked'),
      place: trans.__('Namespace of the copy; default: your own')
    }),
    isEnabled: args => targetItem(model, args) !== null,
    execute: args =>
      reporting(async () => {
        const item = targetItem(model, args);
        if (!item) {
          return;
        }
        const asked = text(args, 'to')
          ? { name: text(args, 'to'), history: false }
          : await askCopy(item, model, trans);
        if (!asked?.name) {
          return;
        }
        const made = await model.api.copyEnvironment(
          item.namespace,
          item.name,
          {
            name: asked.name,
            namespace: text(args, 'place') ?? model.status?.namespace ?? null,
            history: asked.history
          }
        );
        Notification.success(
          trans.__('%1 is a copy of %2.', made.name, item.name),
          { autoClose: 4000 }
        );
      })
  });
}

function mayChange(item: EnvironmentSummary | null): boolean {
  return item !== null && item.role !== 'viewer';
}

/** The other namespaces in which environments may be made. */
function placesFor(
  model: ITerrariumModel,
  item: EnvironmentSummary
): readonly string[] {
  return model.namespaces
    .filter(({ name, role }) => name !== item.namespace && role !== 'viewer')
    .map(({ name }) => name);
}

async function askName(
  item: EnvironmentSummary,
  trans: TranslationBundle
): Promise<string> {
  const { button, value } = await InputDialog.getText({
    title: trans.__('Rename %1', item.name),
    label: trans.__(
      'Versions and kernels stay; notebooks that use it go on working.'
    ),
    text: item.name,
    okLabel: trans.__('Rename')
  });
  return button.accept ? (value ?? '').trim() : '';
}

async function askPlace(
  title: string,
  places: readonly string[],
  okLabel: string,
  trans: TranslationBundle
): Promise<string> {
  const { button, value } = await InputDialog.getItem({
    title,
    label: trans.__('Namespace'),
    items: [...places],
    okLabel
  });
  return button.accept ? (value ?? '') : '';
}

async function askCopy(
  item: EnvironmentSummary,
  model: ITerrariumModel,
  trans: TranslationBundle
): Promise<{ name: string; history: boolean } | null> {
  const own = item.namespace === model.status?.namespace;
  const { button, value, isChecked } = await InputDialog.getText({
    title: trans.__('Copy %1', item.name),
    label: trans.__('Name of the copy, in your own namespace'),
    text: own ? `${item.name}-copy` : item.name,
    okLabel: trans.__('Copy'),
    checkbox: {
      label: trans.__('With all versions'),
      caption: trans.__('Otherwise the copy begins with what is current'),
      checked: false
    }
  });
  return button.accept
    ? { name: (value ?? '').trim(), history: isChecked === true }
    : null;
}

function text(
  args: ReadonlyPartialJSONObject,
  key: string
): string | undefined {
  const value = args[key];
  return typeof value === 'string' ? value : undefined;
}
