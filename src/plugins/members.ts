import {
  ILayoutRestorer,
  type JupyterFrontEnd,
  type JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { WidgetTracker } from '@jupyterlab/apputils';
import { ITranslator } from '@jupyterlab/translation';
import { usersIcon } from '@jupyterlab/ui-components';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';
import { CommandIDs, ITerrariumModel } from '../tokens';
import type { Namespace } from '../types';
import type { MembersWidget } from '../widgets/members';

/** One main area tab per shared namespace: who belongs to it. */
export const membersPlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-terrarium:members',
  description: 'A main area tab with the members of a shared namespace.',
  autoStart: true,
  requires: [ITerrariumModel, ITranslator],
  optional: [ILayoutRestorer],
  activate: (
    app: JupyterFrontEnd,
    model: ITerrariumModel,
    translator: ITranslator,
    restorer: ILayoutRestorer | null
  ) => {
    const { commands, shell } = app;
    const trans = translator.load('jupyterlab_terrarium');
    const tracker = new WidgetTracker<MembersWidget>({
      namespace: 'terrarium-members'
    });

    /** The tab of a namespace: there is one of each. */
    const widgetOf = async (namespace: string): Promise<MembersWidget> => {
      const { MembersWidget } = await import('../widgets/members');
      const open = tracker.find(widget => widget.namespace === namespace);
      if (open) {
        return open;
      }
      const made = new MembersWidget({ model, commands, trans }, namespace);
      await tracker.add(made);
      return made;
    };

    /** The namespace that is named, else that of the row under the menu or of the selected one. */
    const namespaceOf = (args: ReadonlyPartialJSONObject): string | null => {
      const head = app.contextMenuHitTest(
        node => node.dataset.namespace !== undefined
      );
      return typeof args.namespace === 'string'
        ? args.namespace
        : (head?.dataset.namespace ?? model.selected?.namespace ?? null);
    };
    const shared = (args: ReadonlyPartialJSONObject): Namespace | undefined => {
      const name = namespaceOf(args);
      return model.namespaces.find(
        item => item.name === name && item.kind === 'shared'
      );
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
      isEnabled: args => shared(args) !== undefined,
      execute: async args => {
        const namespace = namespaceOf(args);
        if (namespace === null) {
          return;
        }
        const widget = await widgetOf(namespace);
        if (!widget.isAttached) {
          shell.add(widget, 'main', { type: 'Members' });
        }
        shell.activateById(widget.id);
      }
    });
    void restorer?.restore(tracker, {
      command: CommandIDs.members,
      args: widget => ({ namespace: widget.namespace }),
      name: widget => widget.namespace
    });
  }
};
