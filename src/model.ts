import type { Event } from '@jupyterlab/services';
import type { TranslationBundle } from '@jupyterlab/translation';
import { Signal, type ISignal } from '@lumino/signaling';
import type { IDisposable } from '@lumino/disposable';
import type { TerrariumApi } from './api';
import { fetchAll } from './model-fetch';
import { compareEnvironments, environmentKey, isEnded } from './model-order';
import { explainUnavailable } from './availability';
import type { IEnvironmentRef, ITerrariumModel, IUnavailable } from './tokens';
import type {
  Build,
  Environment,
  EnvironmentSummary,
  Namespace,
  Status,
  TerrariumEvent
} from './types';

/** Schema of the Jupyter event that says: there is something to fetch. */
export const CHANGED_SCHEMA = 'https://terrarium.jupyter.org/events/changed/v1';

/** How many builds ACTIVITY remembers. */
const RECENT_BUILDS = 20;
/** Seconds without an event, while a build runs, after which we ask once. */
const SILENCE = 10;
const RETRY_FIRST = 1000;
const RETRY_MOST = 30_000;

/** What the model needs. */
export interface ITerrariumModelOptions {
  api: TerrariumApi;
  /** Jupyter's event stream; a signal of emissions. */
  stream: Pick<Event.Stream, 'connect' | 'disconnect'>;
  trans: TranslationBundle;
}

/**
 * The state of Terrarium in this browser.
 *
 * A Jupyter event only says that there is something new; what it is comes from
 * `GET events`, which is filtered by rights and can be replayed. So an event that was
 * missed (hidden tab, lost connection) is made good by the next one, or by `catchUp`.
 */
export class TerrariumModel implements ITerrariumModel, IDisposable {
  constructor(options: ITerrariumModelOptions) {
    this.api = options.api;
    this._trans = options.trans;
    this._stream = options.stream;
    this._stream.connect(this._onEmission, this);
  }

  readonly api: TerrariumApi;

  get status(): Status | null {
    return this._status;
  }

  get unavailable(): IUnavailable | null {
    return this._unavailable;
  }

  get loaded(): boolean {
    return this._loaded;
  }

  get namespaces(): readonly Namespace[] {
    return this._namespaces;
  }

  get environments(): readonly EnvironmentSummary[] {
    if (this._sorted === null) {
      this._sorted = [...this._environments.values()].sort(compareEnvironments);
    }
    return this._sorted;
  }

  get builds(): readonly Build[] {
    return this._builds;
  }

  get selected(): IEnvironmentRef | null {
    return this._selected;
  }
  set selected(value: IEnvironmentRef | null) {
    this._selected = value;
    this._changed.emit();
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get events(): ISignal<this, TerrariumEvent> {
    return this._events;
  }

  get buildEnded(): ISignal<this, Build> {
    return this._buildEnded;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    if (this._isDisposed) {
      return;
    }
    this._isDisposed = true;
    this._stream.disconnect(this._onEmission, this);
    window.clearTimeout(this._silenceTimer);
    window.clearTimeout(this._retryTimer);
    Signal.clearData(this);
  }

  find(ref: IEnvironmentRef): EnvironmentSummary | undefined {
    return this._environments.get(environmentKey(ref.namespace, ref.name));
  }

  watchBuild(build: Build | null | undefined): void {
    if (!build) {
      return;
    }
    this._watched.add(build.id);
    const known = this._builds.find(item => item.id === build.id);
    // The event of the end may have overtaken the answer that named the build.
    this._takeBuild(known && isEnded(known) ? known : build);
    this._changed.emit();
    void this.catchUp();
  }

  isWatched(id: string): boolean {
    return this._watched.has(id);
  }

  environment(ref: IEnvironmentRef): Promise<Environment> {
    return this.api.environment(ref.namespace, ref.name);
  }

  /** Fetch everything anew: on load, and after the connection was lost. */
  async refresh(): Promise<void> {
    try {
      const all = await fetchAll(this.api, RECENT_BUILDS);
      this._unavailable = explainUnavailable(all.status, this._trans);
      this._status = all.status;
      this._last = all.status.last_event;
      this._namespaces = all.namespaces;
      this._environments = new Map(
        all.environments.map(item => [
          environmentKey(item.namespace, item.name),
          item
        ])
      );
      this._sorted = null;
      this._builds = [];
      [...all.builds].reverse().forEach(build => this._takeBuild(build));
      this._loaded = true;
      this._retryDelay = RETRY_FIRST;
      this._changed.emit();
      // What happened while the lists were on their way.
      await this.catchUp();
    } catch (error) {
      this._unavailable = explainUnavailable(error, this._trans);
      this._changed.emit();
      this._retryLater();
    }
  }

  /** Jupyter noticed that its server does not answer: fetch anew when it does. */
  connectionLost(): void {
    this._retryLater();
  }

  /** Fetch and apply what happened since the last event that we know. */
  async catchUp(): Promise<void> {
    if (this._pulling) {
      this._pullAgain = true;
      return;
    }
    if (!this._loaded) {
      return;
    }
    this._pulling = true;
    try {
      do {
        this._pullAgain = false;
        await this._pull();
      } while (this._pullAgain && !this._isDisposed);
    } catch {
      this._retryLater();
    } finally {
      this._pulling = false;
      this._listenForSilence();
    }
  }

  private _onEmission(_: unknown, emission: Event.Emission): void {
    if (emission.schema_id === CHANGED_SCHEMA) {
      void this.catchUp();
    }
  }

  private async _pull(): Promise<void> {
    const page = await this.api.events(this._last);
    if (page.events.length === 0) {
      return;
    }
    this._last = page.last;
    this._pullAgain = true;
    const builds = new Set<string>();
    const environments = new Map<string, IEnvironmentRef>();
    for (const event of page.events) {
      const key = environmentKey(event.namespace, event.environment);
      if (event.kind === 'environment-deleted') {
        environments.delete(key);
        this._forget(key);
        continue;
      }
      if (event.build) {
        builds.add(event.build);
      }
      if (event.environment && event.kind !== 'build-changed') {
        environments.set(key, {
          namespace: event.namespace,
          name: event.environment
        });
      }
    }
    const fetched = await settled([...builds].map(id => this.api.build(id)));
    for (const build of fetched) {
      this._takeBuild(build);
      const key = environmentKey(build.namespace, build.environment);
      const known = this._environments.get(key);
      if (!known || isEnded(build)) {
        environments.set(key, {
          namespace: build.namespace,
          name: build.environment
        });
      }
    }
    const found = await settled(
      [...environments.values()].map(ref => this.environment(ref))
    );
    found.forEach(item => this._takeEnvironment(item));
    this._changed.emit();
    page.events.forEach(event => this._events.emit(event));
    this._announceEnds();
  }

  private _takeEnvironment(item: EnvironmentSummary): void {
    const key = environmentKey(item.namespace, item.name);
    for (const [other, known] of this._environments) {
      if (known.id === item.id && other !== key) {
        this._environments.delete(other);
      }
    }
    if (!this._namespaces.some(known => known.name === item.namespace)) {
      void this.refresh();
    }
    this._environments.set(key, item);
    this._sorted = null;
  }

  private _takeBuild(build: Build): void {
    const index = this._builds.findIndex(item => item.id === build.id);
    const before = index < 0 ? undefined : this._builds[index];
    this._builds =
      index < 0
        ? [build, ...this._builds].slice(0, RECENT_BUILDS)
        : this._builds.map((item, at) => (at === index ? build : item));
    const mine = this._status?.user === build.requested_by;
    if (!isEnded(build) && mine) {
      this._watched.add(build.id);
    }
    if (isEnded(build) && !(before && isEnded(before))) {
      if (this._watched.has(build.id)) {
        this._ended.push(build);
      }
    }
    const key = environmentKey(build.namespace, build.environment);
    const known = this._environments.get(key);
    if (known && known.latest <= build.version) {
      this._environments.set(key, { ...known, build });
      this._sorted = null;
    }
  }

  private _forget(key: string): void {
    this._environments.delete(key);
    this._sorted = null;
    const selected = this._selected;
    if (selected && environmentKey(selected.namespace, selected.name) === key) {
      this._selected = null;
    }
  }

  private _announceEnds(): void {
    this._ended.splice(0).forEach(build => this._buildEnded.emit(build));
  }

  /** While a build runs, silence is suspicious: its event may have been lost. */
  private _listenForSilence(): void {
    window.clearTimeout(this._silenceTimer);
    if (!this._isDisposed && this._builds.some(build => !isEnded(build))) {
      this._silenceTimer = window.setTimeout(
        () => void this.catchUp(),
        SILENCE * 1000
      );
    }
  }

  private _retryLater(): void {
    window.clearTimeout(this._retryTimer);
    if (this._isDisposed) {
      return;
    }
    this._retryTimer = window.setTimeout(
      () => void this.refresh(),
      this._retryDelay
    );
    this._retryDelay = Math.min(this._retryDelay * 2, RETRY_MOST);
  }

  private _trans: TranslationBundle;
  private _stream: Pick<Event.Stream, 'connect' | 'disconnect'>;
  private _status: Status | null = null;
  private _unavailable: IUnavailable | null = null;
  private _loaded = false;
  private _namespaces: Namespace[] = [];
  private _environments = new Map<string, EnvironmentSummary>();
  private _sorted: EnvironmentSummary[] | null = null;
  private _builds: Build[] = [];
  private _selected: IEnvironmentRef | null = null;
  private _last = 0;
  private _watched = new Set<string>();
  private _ended: Build[] = [];
  private _pulling = false;
  private _pullAgain = false;
  private _silenceTimer = 0;
  private _retryTimer = 0;
  private _retryDelay = RETRY_FIRST;
  private _isDisposed = false;
  private _changed = new Signal<this, void>(this);
  private _events = new Signal<this, TerrariumEvent>(this);
  private _buildEnded = new Signal<this, Build>(this);
}

/** The answers among *promises*; what could not be had (deleted meanwhile) is left out. */
async function settled<T>(promises: Promise<T>[]): Promise<T[]> {
  const results = await Promise.allSettled(promises);
  return results.flatMap(result =>
    result.status === 'fulfilled' ? [result.value] : []
  );
}
