import type { TranslationBundle } from '@jupyterlab/translation';
import { editIcon } from '@jupyterlab/ui-components';
import React from 'react';
import { proposalWords } from '../proposals';
import type { Proposal } from '../types';
import { useTerrarium } from './context';

/** What one row of ACTIVITY says about a proposal. */
export function ProposalRow(props: {
  proposal: Proposal;
  active: boolean;
}): JSX.Element {
  const { model, trans } = useTerrarium();
  const { proposal, active } = props;
  const mine = proposal.user === model.status?.user;
  return (
    <>
      <div className="jp-Terrarium-rowLine">
        <editIcon.react tag="span" width="16px" height="16px" />
        <span className="jp-Terrarium-rowName">{proposal.environment}</span>
        <span className="jp-Terrarium-rowState">
          <span className="jp-Terrarium-rowWord">
            {mine
              ? proposalWords(proposal, trans)
              : trans.__('proposed by %1', proposal.user)}
          </span>
        </span>
      </div>
      {active && (
        <div className="jp-Terrarium-rowDetail">
          {proposal.answer || proposal.reason}
        </div>
      )}
    </>
  );
}

/** The whole row in one sentence, for screen readers. */
export function proposalLabel(
  proposal: Proposal,
  trans: TranslationBundle
): string {
  return trans.__(
    'Proposal for %1 by %2, %3',
    proposal.environment,
    proposal.user,
    proposalWords(proposal, trans)
  );
}
