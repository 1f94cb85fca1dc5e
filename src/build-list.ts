import type { TerrariumApi } from './api';
import { isEnded } from './model-order';
import type { Build } from './types';

/** Builds now and lately, newest first, and those whose end is still to be announced. */
export class BuildList {
  /** *most* is how many are remembered. */
  constructor(private _most: number) {}

  get all(): readonly Build[] {
    return this._builds;
  }

  /** Whether a build runs or waits. */
  get isActive(): boolean {
    return this._builds.some(build => !isEnded(build));
  }

  find(id: string): Build | undefined {
    return this._builds.find(build => build.id === id);
  }

  /** Forget what was known; these are all, newest first. */
  reset(builds: readonly Build[]): void {
    this._builds = [];
    [...builds].reverse().forEach(build => this.put(build));
  }

  /** Add a build, or replace what was known of it. */
  put(build: Build): void {
    this._builds = this.find(build.id)
      ? this._builds.map(item => (item.id === build.id ? build : item))
      : [build, ...this._builds].slice(0, this._most);
    if (isEnded(build) && this._watched.delete(build.id)) {
      this._told.add(build.id);
      this._ended.push(build);
    }
  }

  /** Forget the builds of an environment. */
  remove(namespace: string, environment: string): void {
    this._builds = this._builds.filter(
      build =>
        build.namespace !== namespace || build.environment !== environment
    );
  }

  /** The environment has another name or namespace now. */
  relocate(item: { id: string; namespace: string; name: string }): void {
    const { id, namespace, name } = item;
    this._builds = this._builds.map(build =>
      build.environment_id === id
        ? { ...build, namespace, environment: name }
        : build
    );
  }

  /** When a build begins or ends, those that wait move up: one request for all of them. */
  async movedUp(
    changed: ReadonlyMap<string, Build | null>,
    api: Pick<TerrariumApi, 'builds'>
  ): Promise<Build[]> {
    const waits = (build: Build) =>
      build.state === 'queued' && !changed.has(build.id);
    return [...changed.values()].includes(null) && this._builds.some(waits)
      ? (await api.builds({ active: true })).items.filter(waits)
      : [];
  }

  /** The end of this build is to be announced. */
  watch(id: string): void {
    if (!this._told.has(id)) {
      this._watched.add(id);
    }
  }

  /** The builds whose end is to be announced now, each once. */
  takeEnded(): Build[] {
    return this._ended.splice(0);
  }

  private _builds: Build[] = [];
  private _watched = new Set<string>();
  private _told = new Set<string>();
  private _ended: Build[] = [];
}
