import { environmentKey } from './model-order';
import type { IEnvironmentRef } from './tokens';
import type { Build, Progress, TerrariumEvent } from './types';

/** What has to be fetched, or forgotten, after a page of events. */
export interface IChanges {
  /** Builds by id: as they are now where the event says it, else null: to be fetched. */
  builds: Map<string, Build | null>;
  /** Environments by key. */
  environments: Map<string, IEnvironmentRef>;
  /** Environments that are gone, by key. */
  deleted: Map<string, IEnvironmentRef>;
}

/**
 * What a page of events amounts to: each thing once, however many events name it. Of a
 * build that only progresses, the environment need not be fetched.
 */
export function whatChanged(
  events: readonly TerrariumEvent[],
  knownBuild: (id: string) => Build | undefined
): IChanges {
  const builds = new Map<string, Build | null>();
  const environments = new Map<string, IEnvironmentRef>();
  const deleted = new Map<string, IEnvironmentRef>();
  for (const event of events) {
    const ref = { namespace: event.namespace, name: event.environment };
    const key = environmentKey(ref.namespace, ref.name);
    if (event.kind === 'environment-deleted') {
      deleted.set(key, ref);
      environments.delete(key);
      continue;
    }
    if (event.build) {
      // Once a build has to be fetched, its later progress comes with it.
      const before = builds.has(event.build)
        ? builds.get(event.build)
        : knownBuild(event.build);
      builds.set(event.build, progressed(before, event));
    }
    if (event.environment && event.kind !== 'build-changed') {
      // Deleted, then made again under the same name.
      deleted.delete(key);
      environments.set(key, ref);
    }
  }
  return { builds, environments, deleted };
}

/** *build* after an event that changes nothing but its progress; null for other events. */
function progressed(
  build: Build | null | undefined,
  event: TerrariumEvent
): Build | null {
  const { state, progress } = event.data;
  return build && build.state === state && isProgress(progress)
    ? { ...build, progress }
    : null;
}

function isProgress(value: unknown): value is Progress {
  return (
    typeof value === 'object' &&
    value !== null &&
    'packages_done' in value &&
    'bytes_done' in value
  );
}
