import type { TerrariumApi } from './api';
import { LocalApi } from './local-api';
import type { ShareApi, ShareFile } from './share-api';
import type { Link } from './share-links';
import { activeBuild } from './states';
import type { Card, Environment, ForeignLink, ShareUse } from './types';

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
  /** A further form that the card names. */
  form?(form: string): Promise<Blob>;
  /** The files that there are, once the card is there. */
  readonly files: readonly ShareFile[];
}

/** A link of this store. */
export class LinkSource implements ICardSource {
  constructor(
    private readonly _api: ShareApi,
    readonly token: string
  ) {}

  readonly files: readonly ShareFile[] = ['environment.yml', 'conda-lock.yml'];

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

  form(form: string): Promise<Blob> {
    return this._api.form(this.token, form);
  }
}

/** A link from elsewhere, or a recipe: using it makes an environment of one's own. */
export class ForeignSource implements ICardSource {
  constructor(
    private readonly _shares: ShareApi,
    private readonly _api: TerrariumApi,
    readonly key: string
  ) {}

  get files(): readonly ShareFile[] {
    return this._files;
  }

  async card(): Promise<Card> {
    const { card, lockfile } = await this._open();
    this._files = [lockfile === null ? 'environment.yml' : 'conda-lock.yml'];
    if (!this._made) {
      return card;
    }
    const { namespace, name } = this._made;
    const made = await this._api.environment(namespace, name);
    return {
      ...card,
      ready: made.current !== null,
      building: activeBuild(made) !== null,
      has_kernel: made.current === null ? card.has_kernel : made.has_kernel
    };
  }

  async use(): Promise<ShareUse> {
    const { card } = await this._open();
    const { namespace, name } = this._made ?? (await this.copy(card.name));
    const made = await this._api.environment(namespace, name);
    const version = made.current_version ?? made.latest_version;
    return {
      environment_id: made.id,
      namespace,
      name,
      version: version.number,
      lock_digest: version.lock_digest ?? '',
      // On a server of its own its files may come a little later than at the team store.
      ready: made.current !== null && (await this._isHere(namespace, name)),
      follows: true,
      kernels: made.kernels
    };
  }

  private async _isHere(namespace: string, name: string): Promise<boolean> {
    const local = new LocalApi(this._shares.settings);
    return (await local.bring({ namespace, name })).state === 'ready';
  }

  async copy(name: string): Promise<Environment> {
    const { card, lockfile, specification } = await this._open();
    this._made = await this._api.createEnvironment({
      name,
      title: card.title,
      description: card.description,
      ...(lockfile === null ? { specification } : { lockfile })
    });
    return this._made;
  }

  async file(name: ShareFile): Promise<string> {
    const { lockfile, specification } = await this._open();
    return (name === 'conda-lock.yml' ? lockfile : specification) ?? '';
  }

  /** What it leads to; fetched once. */
  private _open(): Promise<ForeignLink> {
    this._opened ??= this._shares.foreign(this.key);
    return this._opened;
  }

  private _opened: Promise<ForeignLink> | null = null;
  private _made: Environment | null = null;
  private _files: readonly ShareFile[] = [];
}

/** The source of a card for *link*. */
export function sourceOf(
  link: Link,
  shares: ShareApi,
  api: TerrariumApi
): ICardSource {
  switch (link.kind) {
    case 'token':
      return new LinkSource(shares, link.token);
    case 'recipe':
      return new ForeignSource(shares, api, link.payload);
    case 'foreign':
      return new ForeignSource(shares, api, link.address);
  }
}
