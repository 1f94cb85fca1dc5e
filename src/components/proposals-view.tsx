import React from 'react';
import { formatAgo } from '../format';
import { proposalWords } from '../proposals';
import { CommandIDs } from '../tokens';
import type { Environment, Proposal } from '../types';
import { useTerrarium } from './context';
import { MessageView } from './message-view';
import { useProposals } from './use-proposals';

/** Proposals about an environment: one's own, and everybody's for those who decide. */
export function ProposalsView(props: {
  environment: Environment;
}): JSX.Element {
  const { commands, trans } = useTerrarium();
  const { namespace, name, role } = props.environment;
  const { proposals, error } = useProposals(namespace, name);
  return (
    <section className="jp-Terrarium-proposals">
      <h3>{trans.__('Proposals')}</h3>
      {error && <MessageView message={error} alert />}
      {proposals && proposals.length === 0 && (
        <p>
          {role === 'viewer'
            ? trans.__(
                'You may not change this environment, but you can propose a change to those who may.'
              )
            : trans.__(
                'Nobody has proposed a change. Viewers can, and you decide.'
              )}
        </p>
      )}
      {proposals && proposals.length > 0 && (
        <ul>
          {proposals.map(item => (
            <ProposalItem key={item.id} proposal={item} />
          ))}
        </ul>
      )}
      {role === 'viewer' && (
        <button
          type="button"
          className="jp-mod-styled jp-Terrarium-button"
          onClick={() =>
            void commands.execute(CommandIDs.edit, { namespace, name })
          }
        >
          {trans.__('Propose a Change…')}
        </button>
      )}
    </section>
  );
}

function ProposalItem(props: { proposal: Proposal }): JSX.Element {
  const { commands, model, trans } = useTerrarium();
  const { proposal } = props;
  const mine = proposal.user === model.status?.user;
  const open = proposal.state === 'open';
  const args = { proposal: proposal.id };
  const button = (command: string, label: string): JSX.Element => (
    <button
      type="button"
      className="jp-mod-styled jp-Terrarium-button"
      onClick={() => void commands.execute(command, args)}
    >
      {label}
    </button>
  );
  return (
    <li data-state={proposal.state}>
      <div>
        <strong>{mine ? trans.__('you') : proposal.user}</strong>{' '}
        {formatAgo(proposal.created, Date.now(), trans)}
        {' · '}
        {proposalWords(proposal, trans)}
      </div>
      <blockquote>{proposal.reason}</blockquote>
      {proposal.answer && (
        <div className="jp-Terrarium-versionNote">
          {trans.__('%1: %2', proposal.decided_by ?? '', proposal.answer)}
        </div>
      )}
      {open && proposal.may_decide && (
        <>
          {button(CommandIDs.reviewProposal, trans.__('Look and Decide…'))}
          {button(CommandIDs.declineProposal, trans.__('Decline…'))}
        </>
      )}
      {open &&
        mine &&
        button(CommandIDs.withdrawProposal, trans.__('Withdraw'))}
    </li>
  );
}
