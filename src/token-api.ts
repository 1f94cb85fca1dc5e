import { ApiRequests } from './api-requests';
import type { ApiToken, ApiTokenCreate, ApiTokenCreated, IPage } from './types';

/** The part of the REST API that is about tokens for scripts and other servers. */
export class TokenApi extends ApiRequests {
  /** One's own, newest first; those of *everybody* for an administrator. */
  list(everybody = false): Promise<IPage<ApiToken>> {
    return this.json('GET', ['tokens'], { everybody });
  }

  /** A new token; the answer has its secret, which nobody is shown again. */
  create(body: ApiTokenCreate): Promise<ApiTokenCreated> {
    return this.json('POST', ['tokens'], {}, body);
  }

  async revoke(id: string): Promise<void> {
    await this.send('DELETE', ['tokens', id]);
  }
}
