import {
  ILayoutRestorer,
  type JupyterFrontEnd,
  type JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ITranslator } from '@jupyterlab/translation';
import { usersIcon } from '@jupyterlab/ui-components';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';
import { environmentArguments, target } from '../commands/arguments';
import { PageTabs } from '../page-tabs';
import { CommandIDs, ITerrariumModel } from '../tokens';

/** Main area tabs: who belongs to a shared namespace, and who has a role on one environment. */
export const membersPlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-terrarium:members',
  description: 'Main area tabs with the members of a shared namespace.',
  autoStart: true,
  requires: [ITerrariumModel, ITranslator],
  optional: [ILayoutRestorer],
  activate: (
    app: JupyterFrontEnd,
    model: ITerrariumModel,
    translator: ITranslator,
    restorer: ILayoutRestorer | null
  ) => {
    const { commands } = app;
    const trans = translator.load('jupyterlab_terrarium');
    const context = { model, commands, trans };
    const pages = new PageTabs(app, 'members', CommandIDs.members, restorer);
    const alone = new PageTabs(
      app,
      'environment-members',
      CommandIDs.environmentMembers,
      restorer
    );

    /** The namespace that is named, else that of the row under the menu or of the selected one. */
    const namespaceOf = (args: ReadonlyPartialJSONObject): string | null => {
      const head = app.contextMenuHitTest(
        node => node.dataset.namespace !== undefined
      );
      return typeof args.namespace === 'string'
        ? args.namespace
        : (head?.dataset.namespace ?? model.selected?.namespace ?? null);
    };

    commands.addCommand(CommandIDs.members, {
      label: trans.__('Members'),
      caption: trans.__('Who belongs to this namespace, and in which role'),
      icon: usersIcon,
      describedBy: {
        args: {
          type: 'object',
          properties: {
            namespace: {
              type: 'string',
              description: trans.__(
                'Name of a shared namespace; default: that of the selected row'
              )
            }
          }
        }
      },
      isEnabled: args => isShared(model, namespaceOf(args)),
      execute: async args => {
        const namespace = namespaceOf(args);
        if (namespace !== null) {
          await pages.show(`members-${namespace}`, async () => {
            const { membersPage } = await import('../widgets/members');
            return membersPage(context, { namespace });
          });
        }
      }
    });

    commands.addCommand(CommandIDs.environmentMembers, {
      label: trans.__('Roles on This Environment'),
      caption: trans.__(
        'Who may do more with this environment than with the others of its namespace'
      ),
      icon: usersIcon,
      describedBy: environmentArguments(trans),
      isVisible: args => isShared(model, target(model, args)?.namespace),
      isEnabled: args => isShared(model, target(model, args)?.namespace),
      execute: async args => {
        const ref = target(model, args);
        if (ref) {
          const { namespace, name } = ref;
          await alone.show(`members-${namespace}-of-${name}`, async () => {
            const { membersPage } = await import('../widgets/members');
            return membersPage(context, { namespace, name });
          });
        }
      }
    });
  }
};

function isShared(
  model: ITerrariumModel,
  namespace: string | null | undefined
): boolean {
  return model.namespaces.some(
    item => item.name === namespace && item.kind === 'shared'
  );
}
