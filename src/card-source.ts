import type { ShareApi, ShareFile } from './share-api';
import type { Card, Environment, ShareUse } from './types';

/** Where a card comes from, and what its buttons do. */
export interface ICardSource {
  /** The same for the same thing: it is shown in one tab. */
  readonly key: string;
  /** What is shown; nothing happens. */
  card(): Promise<Card>;
  /** Kernels of it; without `ready` a build has begun. */
  use(): Promise<ShareUse>;
  /** A copy in one's own namespace. */
  copy(name: string): Promise<Environment>;
  file(name: ShareFile): Promise<string>;
}

/** A link of this store. */
export class LinkSource implements ICardSource {
  constructor(
    private readonly _api: ShareApi,
    readonly token: string
  ) {}

  get key(): string {
    return this.token;
  }

  card(): Promise<Card> {
    return this._api.card(this.token);
  }

  use(): Promise<ShareUse> {
    return this._api.use(this.token);
  }

  copy(name: string): Promise<Environment> {
    return this._api.copy(this.token, name);
  }

  file(name: ShareFile): Promise<string> {
    return this._api.file(this.token, name);
  }
}
