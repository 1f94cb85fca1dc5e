import type { TranslationBundle } from '@jupyterlab/translation';
import type { Proposal } from './types';

/** Days for which a decided proposal is still news. */
const NEWS_DAYS = 7;

/**
 * Proposals for ACTIVITY: those that wait for *me* to decide, then mine that wait or were
 * decided lately.
 */
export function concerning(
  proposals: readonly Proposal[],
  me: string,
  now: number
): Proposal[] {
  const forMe = proposals.filter(
    item => item.state === 'open' && item.may_decide && item.user !== me
  );
  const mine = proposals.filter(
    item =>
      item.user === me &&
      item.state !== 'withdrawn' &&
      (item.decided === null ||
        now - Date.parse(item.decided) < NEWS_DAYS * 86_400_000)
  );
  return [...forMe, ...mine];
}

/** The state of a proposal in words, with who decided. */
export function proposalWords(
  proposal: Proposal,
  trans: TranslationBundle
): string {
  const by = proposal.decided_by ?? '';
  switch (proposal.state) {
    case 'open':
      return proposal.moved_on
        ? trans.__('waits; version %1 came since', proposal.latest_version)
        : trans.__('waits for a decision');
    case 'approved':
      return proposal.version === null
        ? trans.__('approved by %1', by)
        : trans.__('approved by %1: version %2', by, proposal.version);
    case 'declined':
      return trans.__('declined by %1', by);
    case 'withdrawn':
      return trans.__('withdrawn');
  }
}
