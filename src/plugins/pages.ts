import {
  ILayoutRestorer,
  type JupyterFrontEnd,
  type JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { ITranslator } from '@jupyterlab/translation';
import { listIcon, lockIcon } from '@jupyterlab/ui-components';
import { noArguments } from '../commands/arguments';
import { PageTabs } from '../page-tabs';
import { CommandIDs, ITerrariumModel } from '../tokens';

/** Main area tabs about the whole store: one's tokens, and the audit. */
export const pagesPlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-terrarium:pages',
  description: 'Main area tabs with tokens for scripts and with the audit.',
  autoStart: true,
  requires: [ITerrariumModel, ITranslator],
  optional: [ILayoutRestorer, ICommandPalette],
  activate: (
    app: JupyterFrontEnd,
    model: ITerrariumModel,
    translator: ITranslator,
    restorer: ILayoutRestorer | null,
    palette: ICommandPalette | null
  ) => {
    const { commands } = app;
    const trans = translator.load('jupyterlab_terrarium');
    const context = { model, commands, trans };
    const tokens = new PageTabs(app, 'tokens', CommandIDs.tokens, restorer);
    const audits = new PageTabs(app, 'audit', CommandIDs.audit, restorer);

    commands.addCommand(CommandIDs.tokens, {
      label: trans.__('Tokens'),
      caption: trans.__(
        'What scripts and other servers work in your name with: make, list and revoke'
      ),
      icon: lockIcon,
      describedBy: noArguments(),
      execute: () =>
        tokens.show('tokens', async () => {
          const { tokensPage } = await import('../widgets/pages');
          return tokensPage(context);
        })
    });

    commands.addCommand(CommandIDs.audit, {
      label: trans.__('Audit'),
      caption: trans.__('Who changed something, or tried to'),
      icon: listIcon,
      describedBy: {
        args: {
          type: 'object',
          properties: {
            namespace: {
              type: 'string',
              description: trans.__(
                'Name of a namespace; default: that of the row under the menu, else all'
              )
            }
          }
        }
      },
      execute: args => {
        const head = app.contextMenuHitTest(
          node => node.dataset.namespace !== undefined
        );
        const namespace =
          typeof args.namespace === 'string'
            ? args.namespace
            : (head?.dataset.namespace ?? '');
        return audits.show(`audit-${namespace}`, async () => {
          const { auditPage } = await import('../widgets/pages');
          return auditPage(context, namespace);
        });
      }
    });
    const category = trans.__('Environments');
    [CommandIDs.tokens, CommandIDs.audit].forEach(command =>
      palette?.addItem({ command, category })
    );
  }
};
