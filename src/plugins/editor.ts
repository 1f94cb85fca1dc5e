import {
  ILabStatus,
  type JupyterFrontEnd,
  type JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { showErrorMessage } from '@jupyterlab/apputils';
import { IEditorServices } from '@jupyterlab/codeeditor';
import { ITranslator } from '@jupyterlab/translation';
import { addIcon, editIcon } from '@jupyterlab/ui-components';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';
import type { IDisposable } from '@lumino/disposable';

import type { IStartingPoint } from '../editor-start';
import type { IEditorModelOptions } from '../editor-types';
import { labelsBefore } from '../model-events';
import { CommandIDs, ITerrariumModel, type IEnvironmentRef } from '../tokens';
import type { EditorTab } from '../widgets/editor-tab';

/** The editor of specifications: new environments and new versions. */
export const editorPlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-terrarium:editor',
  description: 'The editor of specifications.',
  autoStart: true,
  requires: [ITerrariumModel, ITranslator, IEditorServices],
  optional: [ILabStatus],
  activate: (
    app: JupyterFrontEnd,
    terrarium: ITerrariumModel,
    translator: ITranslator,
    services: IEditorServices,
    status: ILabStatus | null
  ) => {
    const trans = translator.load('jupyterlab_terrarium');
    const { commands, shell } = app;

    /** One tab an environment: editing it again shows the tab that is open. */
    const tabs = new Set<EditorTab>();

    // A tab stays with its environment, whatever that is called.
    terrarium.events.connect((_, event) => {
      const now = terrarium.environments.find(
        item => item.id === event.environment_id
      );
      if (labelsBefore(event) && now) {
        for (const { content } of tabs) {
          if (content.model.base?.id === now.id) {
            content.model.relocate(now);
          }
        }
      }
    });

    const start = async (): Promise<IStartingPoint> => {
      const { startingPoint } = await import('../editor-start');
      return startingPoint(terrarium, app.serviceManager.contents, trans);
    };

    const open = async (
      options: IEditorModelOptions,
      side: 'form' | 'yaml' = 'form'
    ): Promise<void> => {
      const { EditorModel } = await import('../editor-model');
      const { EditorTab } = await import('../widgets/editor-tab');
      const model = new EditorModel(options);
      if (side === 'yaml') {
        model.setView(side);
      }
      const tab = new EditorTab({ model, terrarium, services, trans });
      tabs.add(tab);
      let unsaved: IDisposable | null = null;
      const onChanged = () => {
        if (model.dirty && !unsaved) {
          unsaved = status?.setDirty() ?? null;
        } else if (!model.dirty) {
          unsaved?.dispose();
          unsaved = null;
        }
      };
      model.changed.connect(onChanged);
      onChanged();
      tab.disposed.connect(() => {
        unsaved?.dispose();
        tabs.delete(tab);
      });
      tab.content.built.connect((_, made) => {
        terrarium.watchBuild(made.build);
        const { kind } = model.task;
        tab.dispose();
        if (commands.hasCommand(CommandIDs.details)) {
          const { namespace, name } = made;
          const shown = { build: null, propose: 'sharing', review: 'build' }[
            kind
          ];
          void commands.execute(CommandIDs.details, {
            namespace,
            name,
            ...(shown && { tab: shown })
          });
        }
      });
      tab.content.declining.connect(() => {
        if (model.task.kind === 'review') {
          const args = { proposal: model.task.proposal.id };
          void commands
            .execute(CommandIDs.declineProposal, args)
            .then(declined => declined && tab.dispose());
        }
      });
      shell.add(tab, 'main');
      shell.activateById(tab.id);
    };

    /** Run *task*; what goes wrong is said in a dialog. */
    const attempt = async (task: () => Promise<void>): Promise<void> => {
      try {
        await task();
      } catch (error) {
        const words = error instanceof Error ? error.message : String(error);
        await showErrorMessage(trans.__('The editor cannot be opened'), words);
      }
    };

    commands.addCommand(CommandIDs.create, {
      label: trans.__('New Environment…'),
      caption: trans.__('Choose packages and build an environment of them'),
      icon: addIcon,
      describedBy: {
        args: {
          type: 'object',
          properties: {
            text: {
              type: 'string',
              description: trans.__('Specification text to start from')
            },
            file: {
              type: 'string',
              description: trans.__(
                'Path of a file to start from, read unless there is a text'
              )
            },
            namespace: {
              type: 'string',
              description: trans.__('Namespace to create it in')
            },
            mode: {
              type: 'string',
              description: trans.__('Side to begin with: form or yaml')
            }
          }
        }
      },
      execute: args =>
        attempt(async () => {
          const { create } = await start();
          await open(
            await create({
              text: words(args, 'text'),
              file: words(args, 'file'),
              namespace: words(args, 'namespace')
            }),
            args.mode === 'yaml' ? 'yaml' : 'form'
          );
        })
    });

    /** Whether the caller may only propose changes where *args* point to. */
    const proposes = (args: ReadonlyPartialJSONObject): boolean => {
      const named = words(args, 'namespace') ?? terrarium.selected?.namespace;
      const found = terrarium.namespaces.find(item => item.name === named);
      return found?.role === 'viewer';
    };

    commands.addCommand(CommandIDs.reviewProposal, {
      label: trans.__('Look and Decide…'),
      caption: trans.__('What the proposal would do; adjust, approve, decline'),
      describedBy: async () =>
        (await import('../commands/proposals')).proposalArguments(trans),
      execute: args =>
        attempt(async () => {
          const id = String(args.proposal);
          const shown = [...tabs].find(
            ({ content: { model } }) =>
              model.task.kind === 'review' && model.task.proposal.id === id
          );
          if (shown) {
            shell.activateById(shown.id);
          } else {
            await open(await (await start()).review(id));
          }
        })
    });

    commands.addCommand(CommandIDs.edit, {
      label: args =>
        proposes(args)
          ? trans.__('Propose a Change…')
          : trans.__('Edit Environment…'),
      caption: args =>
        proposes(args)
          ? trans.__('Change the packages, for others to decide about')
          : trans.__('Change the packages and build a new version'),
      icon: editIcon,
      isEnabled: args => !!words(args, 'name') || terrarium.selected !== null,
      describedBy: {
        args: {
          type: 'object',
          properties: {
            namespace: {
              type: 'string',
              description: trans.__('Namespace of the environment')
            },
            name: {
              type: 'string',
              description: trans.__('Name of the environment')
            },
            text: {
              type: 'string',
              description: trans.__(
                'Specification text to show in place of the latest one'
              )
            }
          }
        }
      },
      execute: args =>
        attempt(async () => {
          const name = words(args, 'name') ?? terrarium.selected?.name;
          const namespace =
            words(args, 'namespace') ??
            (words(args, 'name')
              ? terrarium.status?.namespace
              : terrarium.selected?.namespace);
          if (!name || !namespace) {
            return;
          }
          const shown = [...tabs].find(
            ({ content: { model } }) =>
              model.task.kind !== 'review' &&
              isSame(model.base, { namespace, name })
          );
          const text = words(args, 'text');
          if (shown) {
            shell.activateById(shown.id);
            if (text !== undefined) {
              shown.content.model.setText(text);
            }
          } else {
            const { edit } = await start();
            await open(await edit({ namespace, name }, text));
          }
        })
    });
  }
};

function isSame(one: IEnvironmentRef | null, other: IEnvironmentRef): boolean {
  return one?.namespace === other.namespace && one.name === other.name;
}

/** A text among a command's arguments. */
function words(
  args: ReadonlyPartialJSONObject,
  name: string
): string | undefined {
  const value = args[name];
  return typeof value === 'string' ? value : undefined;
}
