import type { JupyterFrontEnd } from '@jupyterlab/application';
import { Notification } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { ApiProblem } from './api';
import { ProposalApi } from './proposal-api';
import { CommandIDs, type ITerrariumModel } from './tokens';
import type { ProposalDetail, TerrariumEvent } from './types';

/** Milliseconds for which it stays in sight; it stays in the list of notifications. */
const IN_SIGHT = 15_000;

/** Say what became of one's own proposal, or that others have proposed something. */
export async function announceProposal(
  app: JupyterFrontEnd,
  model: ITerrariumModel,
  trans: TranslationBundle,
  event: TerrariumEvent
): Promise<void> {
  const say = (proposal: ProposalDetail, mine: boolean): void => {
    const { namespace, environment: name, id } = proposal;
    if (!mine) {
      if (proposal.state === 'open' && proposal.may_decide) {
        Notification.info(
          trans.__('%1 proposes a change of %2.', proposal.user, name),
          {
            autoClose: IN_SIGHT,
            actions: [
              {
                label: trans.__('Look and Decide…'),
                callback: () =>
                  void app.commands.execute(CommandIDs.reviewProposal, {
                    proposal: id
                  })
              }
            ]
          }
        );
      }
      return;
    }
    const by = proposal.decided_by ?? '';
    if (by === proposal.user) {
      return;
    }
    const answer = proposal.answer ? `\n${proposal.answer}` : '';
    const action = {
      label: trans.__('Show details'),
      callback: () =>
        void app.commands.execute(CommandIDs.details, { namespace, name })
    };
    if (proposal.state === 'approved') {
      Notification.success(
        trans.__('%1 has approved your change of %2.', by, name) + answer,
        { autoClose: IN_SIGHT, actions: [action] }
      );
    } else {
      Notification.info(
        trans.__('%1 has declined your change of %2.', by, name) + answer,
        { autoClose: false, actions: [action] }
      );
    }
  };
  const { proposal, state, user } = event.data;
  const mine = user === model.status?.user;
  const told = mine
    ? state === 'approved' || state === 'declined'
    : state === 'open';
  if (!told || typeof proposal !== 'string') {
    return;
  }
  try {
    say(await new ProposalApi(model.api.settings).show(proposal), mine);
  } catch (error) {
    // Meanwhile it may be gone, or not for us any more: then there is no news.
    if (!(error instanceof ApiProblem)) {
      throw error;
    }
  }
}
