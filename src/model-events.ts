import { environmentKey } from './model-order';
import type { IEnvironmentRef } from './tokens';
import type { TerrariumEvent } from './types';

/** What has to be fetched, or forgotten, after a page of events. */
export interface IChanges {
  /** Ids of builds. */
  builds: Set<string>;
  /** Environments by key. */
  environments: Map<string, IEnvironmentRef>;
  /** Keys of environments that are gone. */
  deleted: Set<string>;
}

/**
 * What a page of events amounts to: each thing once, however many events name it. Of a
 * build that only progresses, the environment need not be fetched.
 */
export function whatChanged(events: readonly TerrariumEvent[]): IChanges {
  const builds = new Set<string>();
  const environments = new Map<string, IEnvironmentRef>();
  const deleted = new Set<string>();
  for (const event of events) {
    const key = environmentKey(event.namespace, event.environment);
    if (event.kind === 'environment-deleted') {
      deleted.add(key);
      environments.delete(key);
      continue;
    }
    if (event.build) {
      builds.add(event.build);
    }
    if (event.environment && event.kind !== 'build-changed') {
      // Deleted, then made again under the same name.
      deleted.delete(key);
      environments.set(key, {
        namespace: event.namespace,
        name: event.environment
      });
    }
  }
  return { builds, environments, deleted };
}
