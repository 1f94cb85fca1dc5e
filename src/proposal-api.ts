import { ApiRequests } from './api-requests';
import type {
  IPage,
  Proposal,
  ProposalApproval,
  ProposalCreate,
  ProposalDetail
} from './types';

/** The part of the REST API that is about proposals. */
export class ProposalApi extends ApiRequests {
  create(
    namespace: string,
    name: string,
    body: ProposalCreate
  ): Promise<ProposalDetail> {
    const path = ['environments', namespace, name, 'proposals'];
    return this.json('POST', path, {}, body);
  }

  /** One's own about an environment, and everybody's for those who decide. */
  of(namespace: string, name: string): Promise<IPage<Proposal>> {
    return this.json('GET', ['environments', namespace, name, 'proposals']);
  }

  /** Everywhere. */
  all(): Promise<IPage<Proposal>> {
    return this.json('GET', ['proposals']);
  }

  show(id: string): Promise<ProposalDetail> {
    return this.json('GET', ['proposals', id]);
  }

  /** Build the plan that was looked at. */
  approve(id: string, body: ProposalApproval): Promise<ProposalDetail> {
    return this.json('POST', ['proposals', id, 'approve'], {}, body);
  }

  decline(id: string, answer: string): Promise<ProposalDetail> {
    return this.json('POST', ['proposals', id, 'decline'], {}, { answer });
  }

  withdraw(id: string): Promise<ProposalDetail> {
    return this.json('POST', ['proposals', id, 'withdraw']);
  }
}
