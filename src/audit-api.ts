import { ApiRequests } from './api-requests';
import type { AuditEntry, IPage } from './types';

/** Which lines of the audit are meant; what is empty does not narrow. */
export interface IAuditQuery {
  namespace: string;
  user: string;
  /** One action, or the noun of several. */
  action: string;
}

/** How many lines a page has. */
const LINES = 50;

/** The part of the REST API that is about who did what. */
export class AuditApi extends ApiRequests {
  /** Newest first; *cursor* is that of the page before. */
  page(
    query: IAuditQuery,
    cursor: string | null = null
  ): Promise<IPage<AuditEntry>> {
    return this.json('GET', ['audit'], {
      namespace: query.namespace || null,
      user: query.user || null,
      action: query.action || null,
      limit: LINES,
      cursor
    });
  }

  /** The newest 10,000 lines as JSON lines. */
  async lines(namespace: string): Promise<string> {
    const answer = await this.send('GET', ['audit', 'lines'], {
      namespace: namespace || null
    });
    return answer.text();
  }
}
