import { compareEnvironments, environmentKey } from './model-order';
import type { IEnvironmentRef } from './tokens';
import type { EnvironmentSummary } from './types';

/**
 * Environments by their labels, in stable order. `sorted` is the same array until
 * something changes, so that views can go by identity; a change of content keeps the
 * order without sorting 10,000 rows anew.
 */
export class EnvironmentIndex {
  get sorted(): readonly EnvironmentSummary[] {
    if (this._sorted === null) {
      this._sorted = [...this._items.values()].sort(compareEnvironments);
    }
    return this._sorted;
  }

  get(ref: IEnvironmentRef): EnvironmentSummary | undefined {
    return this._items.get(environmentKey(ref.namespace, ref.name));
  }

  /** Forget what was known; these are all. */
  reset(items: readonly EnvironmentSummary[]): void {
    this._items = new Map(
      items.map(item => [environmentKey(item.namespace, item.name), item])
    );
    this._sorted = null;
  }

  /**
   * Add an environment, or replace what was known of it. Returns what was known of it under
   * another name, which is forgotten.
   */
  put(item: EnvironmentSummary): EnvironmentSummary | null {
    const key = environmentKey(item.namespace, item.name);
    const before = this._items.get(key);
    const old = before?.id === item.id ? null : this._removeId(item.id);
    this._items.set(key, item);
    this._sorted =
      before && before.recommended === item.recommended && this._sorted
        ? this._sorted.map(other => (other === before ? item : other))
        : null;
    return old;
  }

  remove(ref: IEnvironmentRef): void {
    this._items.delete(environmentKey(ref.namespace, ref.name));
    this._sorted = null;
  }

  private _removeId(id: string): EnvironmentSummary | null {
    for (const item of this._items.values()) {
      if (item.id === id) {
        this.remove(item);
        return item;
      }
    }
    return null;
  }

  private _items = new Map<string, EnvironmentSummary>();
  private _sorted: EnvironmentSummary[] | null = null;
}
