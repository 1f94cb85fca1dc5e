import type { JupyterFrontEnd } from '@jupyterlab/application';
import { InputDialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { usersIcon } from '@jupyterlab/ui-components';
import { starIcon } from '../icons';
import { MemberApi } from '../member-api';
import { suggestName } from '../names';
import { CommandIDs, type ITerrariumModel } from '../tokens';
import { environmentArguments, targetItem } from './arguments';
import { reporting } from './report';

/** *New Shared Namespace…* and *Recommend*. */
export function addNamespaceCommands(
  app: JupyterFrontEnd,
  model: ITerrariumModel,
  trans: TranslationBundle
): void {
  const { commands } = app;
  const api = new MemberApi(model.api.settings);

  commands.addCommand(CommandIDs.newNamespace, {
    label: trans.__('New Shared Namespace…'),
    caption: trans.__('A place for environments that several people use'),
    icon: usersIcon,
    describedBy: {
      args: {
        type: 'object',
        properties: {
          title: {
            type: 'string',
            description: trans.__(
              'What the namespace is called; without it you are asked'
            )
          }
        }
      }
    },
    isVisible: () => model.status?.may_create_namespaces === true,
    isEnabled: () => model.status?.may_create_namespaces === true,
    execute: args =>
      reporting(async () => {
        const title =
          typeof args.title === 'string' ? args.title : await askTitle(trans);
        if (title) {
          const made = await api.createNamespace(suggestName(title), title);
          await model.refresh();
          await commands.execute(CommandIDs.members, { namespace: made.name });
        }
      })
  });

  commands.addCommand(CommandIDs.recommend, {
    label: trans.__('Recommended'),
    caption: trans.__(
      'It stands first for everybody in the namespace, and new notebooks begin with it'
    ),
    icon: starIcon,
    describedBy: environmentArguments(trans),
    isToggleable: true,
    isToggled: args => targetItem(model, args)?.recommended === true,
    isVisible: args => isOwned(model, args),
    isEnabled: args => isOwned(model, args),
    execute: args =>
      reporting(async () => {
        const item = targetItem(model, args);
        if (item) {
          await model.api.updateEnvironment(item.namespace, item.name, {
            recommended: !item.recommended
          });
        }
      })
  });
}

function isOwned(
  model: ITerrariumModel,
  args: Parameters<typeof targetItem>[1]
): boolean {
  const item = targetItem(model, args);
  return item?.role === 'owner';
}

async function askTitle(trans: TranslationBundle): Promise<string> {
  const { button, value } = await InputDialog.getText({
    title: trans.__('New Shared Namespace'),
    label: trans.__('What the team, course or project is called'),
    placeholder: trans.__('Geo lab'),
    okLabel: trans.__('Make Namespace'),
    required: true,
    // Of a title without any such letter no name can be made.
    pattern: '.*[A-Za-z0-9].*'
  });
  return button.accept ? (value ?? '').trim() : '';
}
