import {
  IRouter,
  type JupyterFrontEnd,
  type JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette, WidgetTracker } from '@jupyterlab/apputils';
import { IDefaultFileBrowser } from '@jupyterlab/filebrowser';
import { INotebookTracker } from '@jupyterlab/notebook';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { ITranslator } from '@jupyterlab/translation';
import { linkIcon } from '@jupyterlab/ui-components';
import { Signal } from '@lumino/signaling';
import type { ICardSource } from '../card-source';
import type { ICardNotebooks } from '../components/card-actions';
import {
  linkIn,
  readLink,
  SHARE_PATTERN,
  withoutShare,
  type Link
} from '../share-links';
import { CommandIDs, ITerrariumModel } from '../tokens';
import type { CardWidget } from '../widgets/card';

/** Before JupyterLab's own rules, which answer every path of its workspaces. */
const RANK = 15;

/** Links to environments: opening one shows its card, and nothing else happens. */
export const linksPlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-terrarium:links',
  description: 'Opens links to shared environments.',
  autoStart: true,
  requires: [ITerrariumModel, ITranslator],
  optional: [
    IRouter,
    INotebookTracker,
    IDefaultFileBrowser,
    IRenderMimeRegistry,
    ICommandPalette
  ],
  activate: (
    app: JupyterFrontEnd,
    model: ITerrariumModel,
    translator: ITranslator,
    router: IRouter | null,
    tracker: INotebookTracker | null,
    files: IDefaultFileBrowser | null,
    rendermime: IRenderMimeRegistry | null,
    palette: ICommandPalette | null
  ) => {
    const { commands, shell } = app;
    const trans = translator.load('jupyterlab_terrarium');
    const cards = new WidgetTracker<CardWidget>({
      namespace: 'terrarium-cards'
    });
    const notebooks = cardNotebooks(app, tracker, files);

    /** The tab of a source: there is one of each. */
    const widgetOf = async (source: ICardSource): Promise<CardWidget> => {
      const { CardWidget } = await import('../widgets/card');
      const open = cards.find(item => item.source.key === source.key);
      if (open) {
        return open;
      }
      const context = {
        model,
        commands,
        trans,
        rendermime: rendermime ?? undefined
      };
      const made = new CardWidget(context, source, notebooks);
      void cards.add(made);
      shell.add(made, 'main', { type: 'Shared Environment' });
      return made;
    };
    const show = async (link: Link): Promise<void> => {
      const [{ sourceOf }, { ShareApi }] = await Promise.all([
        import('../card-source'),
        import('../share-api')
      ]);
      const api = new ShareApi(model.api.settings);
      const widget = await widgetOf(sourceOf(link, api, model.api));
      shell.activateById(widget.id);
    };

    commands.addCommand(CommandIDs.openShared, {
      label: trans.__('Open Shared Link…'),
      caption: trans.__('Look at what a link leads to; nothing is built'),
      icon: linkIcon,
      describedBy: {
        args: {
          type: 'object',
          properties: {
            link: {
              type: 'string',
              description: trans.__(
                'The link, its token or its recipe; without it you are asked'
              )
            }
          }
        }
      },
      execute: async args => {
        const { askLink, confirmFetch, refuse } = await import('../ask-link');
        const pasted =
          typeof args.link === 'string' ? args.link : await askLink(trans);
        if (!pasted) {
          return;
        }
        const link = readLink(pasted, window.location.href);
        if (!link) {
          await refuse(trans);
        } else if (
          link.kind !== 'foreign' ||
          (await confirmFetch(link.host, trans))
        ) {
          await show(link);
        }
      }
    });
    palette?.addItem({
      command: CommandIDs.openShared,
      category: trans.__('Environments')
    });

    commands.addCommand(CommandIDs.showShared, {
      label: trans.__('Show Shared Environment'),
      describedBy: {
        args: {
          type: 'object',
          required: ['token'],
          properties: {
            token: {
              type: 'string',
              description: trans.__('The token of the link')
            }
          }
        }
      },
      execute: args => show({ kind: 'token', token: String(args.token) })
    });

    if (router) {
      commands.addCommand(CommandIDs.routeShared, {
        label: trans.__('Open Shared Link'),
        describedBy: {
          args: {
            type: 'object',
            properties: {
              request: {
                type: 'string',
                description: trans.__('Path and query of the address')
              },
              search: {
                type: 'string',
                description: trans.__('Query of the address')
              }
            }
          }
        },
        // With the workspace open in another tab the router calls this twice.
        execute: args => {
          const link = linkIn(String(args.search ?? ''));
          void app.restored.then(async () => {
            const { request } = router.current;
            if (request && SHARE_PATTERN.test(request)) {
              router.navigate(withoutShare(request), { skipRouting: true });
            }
            if (link !== null) {
              await show(link);
            }
          });
        }
      });
      router.register({
        command: CommandIDs.routeShared,
        pattern: SHARE_PATTERN,
        rank: RANK
      });
    }
  }
};

/** What cards may do with the notebooks of this application. */
function cardNotebooks(
  app: JupyterFrontEnd,
  tracker: INotebookTracker | null,
  files: IDefaultFileBrowser | null
): ICardNotebooks {
  const { kernelspecs } = app.serviceManager;
  const known = async (name: string): Promise<string> => {
    if (!kernelspecs.specs?.kernelspecs[name]) {
      await kernelspecs.refreshSpecs();
    }
    return name;
  };
  return {
    open: async kernel => {
      await app.commands.execute('notebook:create-new', {
        kernelName: await known(kernel),
        cwd: files?.model.path ?? ''
      });
    },
    openCopy: async (kernel, name, text) => {
      const { copyFor } = await import('../notebook-preview');
      const { contents } = app.serviceManager;
      const made = await contents.newUntitled({
        path: files?.model.path ?? '',
        type: 'notebook'
      });
      const mine = await known(kernel);
      const content = copyFor(text, {
        name: mine,
        display_name: kernelspecs.specs?.kernelspecs[mine]?.display_name
      });
      await contents.save(made.path, {
        type: 'notebook',
        format: 'json',
        content
      });
      // Its own name where that is free.
      const wanted = made.path.replace(/[^/]*$/, name);
      const path = await contents
        .rename(made.path, wanted)
        .then(renamed => renamed.path)
        .catch(() => made.path);
      await app.commands.execute('docmanager:open', { path });
    },
    current: () => tracker?.currentWidget?.title.label ?? null,
    changed: tracker?.currentChanged ?? new Signal({}),
    switchTo: async kernel => {
      const notebook = tracker?.currentWidget;
      if (notebook) {
        const name = await known(kernel);
        await notebook.sessionContext.changeKernel({ name });
        app.shell.activateById(notebook.id);
      }
    }
  };
}
