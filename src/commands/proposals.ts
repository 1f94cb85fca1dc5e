import type { JupyterFrontEnd } from '@jupyterlab/application';
import { InputDialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { ProposalApi } from '../proposal-api';
import { CommandIDs, type ITerrariumModel } from '../tokens';
import { reporting } from './report';

/** *Decline…* and *Withdraw*; approving is done in the editor, which shows the plan. */
export function addProposalCommands(
  app: JupyterFrontEnd,
  model: ITerrariumModel,
  trans: TranslationBundle
): void {
  const { commands } = app;
  const api = new ProposalApi(model.api.settings);
  const describedBy = proposalArguments(trans);

  commands.addCommand(CommandIDs.declineProposal, {
    label: trans.__('Decline…'),
    caption: trans.__('Say no to this proposal, with a word'),
    describedBy,
    execute: args =>
      reporting(async () => {
        const asked = await InputDialog.getText({
          title: trans.__('Decline this proposal'),
          label: trans.__('Why? Whoever proposed it reads this.'),
          okLabel: trans.__('Decline')
        });
        const answer = asked.value?.trim();
        if (asked.button.accept && answer) {
          await api.decline(String(args.proposal), answer);
          return true;
        }
        return false;
      })
  });

  commands.addCommand(CommandIDs.withdrawProposal, {
    label: trans.__('Withdraw'),
    caption: trans.__('Take your proposal back'),
    describedBy,
    execute: args =>
      reporting(async () => {
        await api.withdraw(String(args.proposal));
      })
  });
}

/** Schema of a command on a proposal. */
export function proposalArguments(trans: TranslationBundle): {
  args: {
    type: 'object';
    required: string[];
    properties: { proposal: { type: 'string'; description: string } };
  };
} {
  return {
    args: {
      type: 'object',
      required: ['proposal'],
      properties: {
        proposal: {
          type: 'string',
          description: trans.__('Id of the proposal')
        }
      }
    }
  };
}
