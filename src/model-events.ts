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
  /** Labels that environments had, by the environments' ids. */
  renamed: Map<string, IEnvironmentRef>;
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
  const renamed = new Map<string, IEnvironmentRef>();
  for (const event of events) {
    const ref = { namespace: event.namespace, name: event.environment };
    const key = environmentKey(ref.namespace, ref.name);
    if (event.kind === 'environment-deleted') {
      deleted.set(key, ref);
      environments.delete(key);
      continue;
    }
    const before = labelsBefore(event);
    if (before) {
      renamed.set(event.environment_id, before);
      environments.delete(environmentKey(before.namespace, before.name));
      continue;
    }
    if (event.build) {
      // Once a build has to be fetched, its later progress comes with it.
      const known = builds.has(event.build)
        ? builds.get(event.build)
        : knownBuild(event.build);
      builds.set(event.build, progressed(known, event));
    }
    if (event.environment && event.kind !== 'build-changed') {
      // Deleted, then made again under the same name.
      deleted.delete(key);
      environments.set(key, ref);
    }
  }
  return { builds, environments, deleted, renamed };
}

/** Whether the caller has other roles since one of the events. */
export function concernsMe(events: readonly TerrariumEvent[]): boolean {
  return events.some(
    event => event.kind === 'members-changed' && event.data.yours === true
  );
}

/** The labels that an environment had before the event that renamed or moved it. */
export function labelsBefore(event: TerrariumEvent): IEnvironmentRef | null {
  const { before } = event.data;
  return event.kind === 'environment-renamed' && typeof before === 'string'
    ? { namespace: event.namespace, name: before }
    : null;
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
