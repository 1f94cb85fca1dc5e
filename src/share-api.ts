import { ApiClient } from './api-client';
import type {
  Card,
  Environment,
  ForeignLink,
  IPage,
  Share,
  ShareCreate,
  ShareCreated,
  ShareUse
} from './types';

/** The files that a link gives. */
export type ShareFile = 'environment.yml' | 'conda-lock.yml' | 'explicit.txt';

/** The part of the REST API that is about links. */
export class ShareApi extends ApiClient {
  /** A new link to an environment; the answer has its token. */
  create(
    namespace: string,
    name: string,
    body: ShareCreate
  ): Promise<ShareCreated> {
    const path = ['environments', namespace, name, 'shares'];
    return this._json('POST', path, {}, body);
  }

  /** The links to an environment: one's own, and everybody's for an owner. */
  of(namespace: string, name: string): Promise<IPage<Share>> {
    return this._json('GET', ['environments', namespace, name, 'shares']);
  }

  async revoke(id: string): Promise<void> {
    await this._request('DELETE', ['shares', id]);
  }

  /** What a link shows; nothing happens. */
  card(token: string): Promise<Card> {
    const headers = this._header(token);
    const path = ['shared-link'];
    return this._json('GET', path, {}, undefined, undefined, headers);
  }

  /** Kernels of what a link leads to. */
  use(token: string): Promise<ShareUse> {
    return this._json('POST', ['shared-link', 'use'], {}, { token });
  }

  copy(token: string, name?: string): Promise<Environment> {
    return this._json('POST', ['shared-link', 'copies'], {}, { token, name });
  }

  /** What a link leads to, as a file. */
  file(token: string, file: ShareFile): Promise<string> {
    return this._text(['shared-link', 'files', file], this._header(token));
  }

  /** What a link from elsewhere leads to; the server fetches it where it must. */
  foreign(link: string): Promise<ForeignLink> {
    return this._json('POST', ['foreign-links'], {}, { link });
  }

  /** A version's specification as the payload of a link. */
  async recipe(
    namespace: string,
    name: string,
    version: string
  ): Promise<string> {
    const path = ['environments', namespace, name, 'versions', version];
    const answer = await this._json<{ payload: string }>('GET', [
      ...path,
      'recipe'
    ]);
    return answer.payload;
  }

  /** A token never stands in the URL of a request. */
  private _header(token: string): Record<string, string> {
    return { 'X-Terrarium-Share': token };
  }
}
