import {
  ILayoutRestorer,
  type JupyterFrontEnd,
  type JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { WidgetTracker } from '@jupyterlab/apputils';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { ITranslator } from '@jupyterlab/translation';
import { environmentProperties, target } from '../commands/arguments';
import { terrariumIcon } from '../icons';
import { labelsBefore } from '../model-events';
import { CommandIDs, ITerrariumModel, type IEnvironmentRef } from '../tokens';
import type { DetailsWidget } from '../widgets/details';

/** One main area tab per environment: what it is, its packages, versions and builds. */
export const detailsPlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-terrarium:details',
  description: 'A main area tab with everything about one environment.',
  autoStart: true,
  requires: [ITerrariumModel, ITranslator],
  optional: [ILayoutRestorer, IRenderMimeRegistry],
  activate: (
    app: JupyterFrontEnd,
    model: ITerrariumModel,
    translator: ITranslator,
    restorer: ILayoutRestorer | null,
    rendermime: IRenderMimeRegistry | null
  ) => {
    const { commands, shell } = app;
    const trans = translator.load('jupyterlab_terrarium');
    const tracker = new WidgetTracker<DetailsWidget>({
      namespace: 'terrarium-details'
    });
    const context = {
      model,
      commands,
      trans,
      rendermime: rendermime ?? undefined
    };

    /** The tab of an environment: there is one of each. */
    const widgetOf = async (ref: IEnvironmentRef): Promise<DetailsWidget> => {
      const { DetailsWidget } = await import('../widgets/details');
      const open = tracker.find(
        ({ target }) =>
          target.namespace === ref.namespace && target.name === ref.name
      );
      if (open) {
        return open;
      }
      const made = new DetailsWidget(context, ref);
      await tracker.add(made);
      return made;
    };

    // A tab stays with its environment, whatever that is called.
    model.events.connect((_, event) => {
      const before = labelsBefore(event);
      const now = model.environments.find(
        item => item.id === event.environment_id
      );
      const open = tracker.find(
        ({ target }) =>
          target.namespace === before?.namespace && target.name === before.name
      );
      if (open && now) {
        open.retarget({ namespace: now.namespace, name: now.name });
        void tracker.save(open);
      }
    });

    commands.addCommand(CommandIDs.details, {
      label: trans.__('Details'),
      caption: trans.__('Packages, versions and builds of this environment'),
      icon: terrariumIcon,
      describedBy: {
        args: {
          type: 'object',
          properties: {
            ...environmentProperties(trans),
            tab: {
              type: 'string',
              description: trans.__(
                'Tab to show: overview, packages, versions, build, sharing or elsewhere'
              )
            },
            build: {
              type: 'string',
              description: trans.__('Id of the build that the tab shows')
            },
            compare: {
              type: 'array',
              items: { type: 'integer' },
              description: trans.__('Numbers of two versions to compare')
            }
          }
        }
      },
      isEnabled: args => target(model, args) !== null,
      execute: async args => {
        const ref = target(model, args);
        if (!ref) {
          return;
        }
        const { detailsTab } = await import('../widgets/details');
        const widget = await widgetOf(ref);
        if (args.tab !== undefined) {
          const build = typeof args.build === 'string' ? args.build : undefined;
          const compare = Array.isArray(args.compare)
            ? args.compare.map(Number)
            : undefined;
          widget.showTab(detailsTab(args.tab), build, compare);
        }
        if (!widget.isAttached) {
          shell.add(widget, 'main', { type: 'Environment' });
        }
        shell.activateById(widget.id);
      }
    });
    commands.addCommand(CommandIDs.useElsewhere, {
      label: trans.__('Use Elsewhere'),
      caption: trans.__('Lockfiles, archives, images and other forms of this'),
      describedBy: {
        args: { type: 'object', properties: environmentProperties(trans) }
      },
      isEnabled: args => target(model, args) !== null,
      execute: args =>
        commands.execute(CommandIDs.details, { ...args, tab: 'elsewhere' })
    });
    void restorer?.restore(tracker, {
      command: CommandIDs.details,
      args: widget => ({ ...widget.target }),
      name: widget => `${widget.target.namespace}/${widget.target.name}`
    });
  }
};
