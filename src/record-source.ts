import type { TerrariumApi } from './api';
import type { ICardSource } from './card-source';
import { labels } from './record';
import type { RecordApi } from './record-api';
import type { ShareFile } from './share-api';
import type { Card, Environment, NotebookRecord, ShareUse } from './types';

/** What a notebook records, as far as the caller may see it. */
export class RecordSource implements ICardSource {
  constructor(
    private readonly _records: RecordApi,
    private readonly _api: TerrariumApi,
    private readonly _record: NotebookRecord
  ) {}

  readonly files: readonly ShareFile[] = ['environment.yml', 'conda-lock.yml'];

  get key(): string {
    return `record ${this._record.environment} ${this._record.lock_digest}`;
  }

  async card(): Promise<Card> {
    const found = await this._records.card(this._record);
    this._found = found;
    return found;
  }

  use(): Promise<ShareUse> {
    return this._records.use(this._record);
  }

  copy(name: string): Promise<Environment> {
    const { namespace, environment, version } = this._place();
    return this._api.copyEnvironment(namespace, environment, {
      name,
      version: String(version)
    });
  }

  file(name: ShareFile): Promise<string> {
    const { namespace, environment, version } = this._place();
    return name === 'environment.yml'
      ? this._api.specification(namespace, environment, version)
      : this._api.lockfile(namespace, environment, version);
  }

  /** Where it was found: it may have another name here. */
  private _place(): {
    namespace: string;
    environment: string;
    version: number;
  } {
    const { namespace, name } = labels(this._record);
    return {
      namespace: this._found?.namespace ?? namespace,
      environment: this._found?.name ?? name,
      version: this._found?.version ?? this._record.version
    };
  }

  private _found: Card | null = null;
}
