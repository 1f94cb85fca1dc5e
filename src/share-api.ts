import { ApiRequests } from './api-requests';
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
export type ShareFile =
  'environment.yml' | 'conda-lock.yml' | 'explicit.txt' | 'notebook.ipynb';

/** The part of the REST API that is about links. */
export class ShareApi extends ApiRequests {
  /** A new link to an environment; the answer has its token. */
  create(
    namespace: string,
    name: string,
    body: ShareCreate
  ): Promise<ShareCreated> {
    const path = ['environments', namespace, name, 'shares'];
    return this.json('POST', path, {}, body);
  }

  /** The links to an environment: one's own, and everybody's for an owner. */
  of(namespace: string, name: string): Promise<IPage<Share>> {
    return this.json('GET', ['environments', namespace, name, 'shares']);
  }

  async revoke(id: string): Promise<void> {
    await this.send('DELETE', ['shares', id]);
  }

  /** What a link shows; nothing happens. */
  async card(token: string): Promise<Card> {
    return (await this._look(token, [])).json();
  }

  /** Kernels of what a link leads to. */
  use(token: string): Promise<ShareUse> {
    return this.json('POST', ['shared-link', 'use'], {}, { token });
  }

  copy(token: string, name?: string): Promise<Environment> {
    return this.json('POST', ['shared-link', 'copies'], {}, { token, name });
  }

  /** What a link leads to, as a file. */
  async file(token: string, file: ShareFile): Promise<string> {
    return (await this._look(token, ['files', file])).text();
  }

  /** A further form that a link gives, as the file that it is. */
  async form(token: string, form: string): Promise<Blob> {
    return (await this._look(token, ['artifacts', form])).blob();
  }

  /** What a link from elsewhere leads to; the server fetches it where it must. */
  foreign(link: string): Promise<ForeignLink> {
    return this.json('POST', ['foreign-links'], {}, { link });
  }

  /** A version's specification as the payload of a link. */
  async recipe(
    namespace: string,
    name: string,
    version: string
  ): Promise<string> {
    const path = ['environments', namespace, name, 'versions', version];
    const answer = await this.json<{ payload: string }>('GET', [
      ...path,
      'recipe'
    ]);
    return answer.payload;
  }

  /** A token never stands in the URL of a request. */
  private _look(token: string, path: string[]): Promise<Response> {
    const headers = { 'X-Terrarium-Share': token };
    const whole = ['shared-link', ...path];
    return this.send('GET', whole, {}, undefined, undefined, headers);
  }
}
