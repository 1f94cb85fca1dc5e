import type { Event } from '@jupyterlab/services';
import type { TranslationBundle } from '@jupyterlab/translation';
import { Signal, type ISignal } from '@lumino/signaling';
import type { IDisposable } from '@lumino/disposable';
import type { TerrariumApi } from './api';
import { EnvironmentIndex } from './environment-index';
import { EventFeed } from './event-feed';
import { fetchAll, settled } from './model-fetch';
import { concernsMe, whatChanged } from './model-events';
import { environmentKey, isEnded } from './model-order';
import { Retry } from './retry';
import { BuildList } from './build-list';
import { explainUnavailable, mayRecover } from './availability';
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
    return this._environments.sorted;
  }

  get builds(): readonly Build[] {
    return this._builds.all;
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

  get kernelsMoved(): ISignal<this, void> {
    return this._kernelsMoved;
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
    this._feed.dispose();
    this._retry.dispose();
    Signal.clearData(this);
  }

  find(ref: IEnvironmentRef): EnvironmentSummary | undefined {
    return this._environments.get(ref);
  }

  watchBuild(build: Build | null | undefined): void {
    if (!build) {
      return;
    }
    this._builds.watch(build.id);
    const known = this._builds.find(build.id);
    // The event of the end may have overtaken the answer that named the build.
    this._takeBuild(known && isEnded(known) ? known : build);
    this._changed.emit();
    void this.catchUp();
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
      if (this._unavailable) {
        this._changed.emit();
        return;
      }
      this._feed.startAfter(all.status.last_event);
      this._namespaces = all.namespaces;
      this._environments.reset(all.environments);
      this._builds.reset([]);
      [...all.builds].reverse().forEach(build => this._takeBuild(build));
      this._loaded = true;
      this._retry.reset();
      this._changed.emit();
      // What happened while the lists were on their way.
      await this.catchUp();
    } catch (error) {
      this._unavailable = explainUnavailable(error, this._trans);
      this._changed.emit();
      if (mayRecover(error)) {
        this._retry.later();
      }
    }
  }

  /** Jupyter noticed that its server does not answer: fetch anew when it does. */
  connectionLost(): void {
    this._retry.later();
  }

  /** Fetch and apply what happened since the last event that we know. */
  async catchUp(): Promise<void> {
    if (this._loaded) {
      await this._feed.catchUp();
    }
  }

  private _onEmission(_: unknown, emission: Event.Emission): void {
    if (emission.schema_id === CHANGED_SCHEMA) {
      if (emission.kernels === true) {
        this._kernelsMoved.emit();
      }
      void this.catchUp();
    }
  }

  private async _apply(events: readonly TerrariumEvent[]): Promise<void> {
    const known = (id: string) => this._builds.find(id);
    const { builds, environments, deleted, renamed } = whatChanged(
      events,
      known
    );
    deleted.forEach(ref => this._forget(ref));
    const fetched = await settled(
      [...builds].map(([id, progressed]) => progressed ?? this.api.build(id))
    );
    fetched.push(...(await this._builds.movedUp(builds, this.api)));
    for (const build of fetched) {
      if (!known(build.id) && this._isMine(build)) {
        // Begun since the page was opened, and perhaps ended already.
        this._builds.watch(build.id);
      }
      this._takeBuild(build);
      const ref = { namespace: build.namespace, name: build.environment };
      if (!this.find(ref) || isEnded(build)) {
        environments.set(environmentKey(ref.namespace, ref.name), ref);
      }
    }
    const found = await settled(
      [...environments.values()].map(ref => this.environment(ref))
    );
    found.forEach(item => this._takeEnvironment(item));
    // Whoever may not see the new place has lost it.
    renamed.forEach((ref, id) => {
      if (this.find(ref)?.id === id) {
        this._forget(ref);
      }
    });
    this._changed.emit();
    if (concernsMe(events)) {
      // Other namespaces may be in sight now.
      void this.refresh();
    }
  }

  private _takeEnvironment(item: EnvironmentSummary): void {
    const before = this._environments.put(item);
    if (before) {
      this._builds.relocate(item);
      if (this._isSelected(before)) {
        this._selected = { namespace: item.namespace, name: item.name };
      }
    }
    if (!this._namespaces.some(known => known.name === item.namespace)) {
      void this.refresh();
    }
  }

  private _takeBuild(build: Build): void {
    if (!isEnded(build) && this._isMine(build)) {
      this._builds.watch(build.id);
    }
    this._builds.put(build);
    const ref = { namespace: build.namespace, name: build.environment };
    const known = this.find(ref);
    if (known && known.latest <= build.version) {
      this._environments.put({ ...known, build });
    }
  }

  private _isMine(build: Build): boolean {
    return this._status?.user === build.requested_by;
  }

  private _forget(ref: IEnvironmentRef): void {
    this._environments.remove(ref);
    this._builds.remove(ref.namespace, ref.name);
    if (this._isSelected(ref)) {
      this._selected = null;
    }
  }

  private _isSelected(ref: IEnvironmentRef): boolean {
    const { namespace, name } = this._selected ?? {};
    return namespace === ref.namespace && name === ref.name;
  }

  private _trans: TranslationBundle;
  private _stream: Pick<Event.Stream, 'connect' | 'disconnect'>;
  private _status: Status | null = null;
  private _unavailable: IUnavailable | null = null;
  private _loaded = false;
  private _namespaces: Namespace[] = [];
  private _environments = new EnvironmentIndex();
  private _retry = new Retry(() => void this.refresh());
  private _builds = new BuildList(RECENT_BUILDS);
  private _feed = new EventFeed({
    fetch: after => this.api.events(after),
    apply: events => this._apply(events),
    applied: events => {
      events.forEach(event => this._events.emit(event));
      this._builds.takeEnded().forEach(build => this._buildEnded.emit(build));
    },
    failed: () => this._retry.later(),
    // While a build runs.
    expectant: () => this._builds.isActive
  });
  private _selected: IEnvironmentRef | null = null;
  private _isDisposed = false;
  private _changed = new Signal<this, void>(this);
  private _events = new Signal<this, TerrariumEvent>(this);
  private _kernelsMoved = new Signal<this, void>(this);
  private _buildEnded = new Signal<this, Build>(this);
}
