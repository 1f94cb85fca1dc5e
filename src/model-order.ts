import type { Build, EnvironmentSummary } from './types';

/** Key of an environment in maps; no name contains a slash. */
export function environmentKey(namespace: string, name: string): string {
  return `${namespace}/${name}`;
}

/**
 * Stable order of rows: by namespace, what is recommended first, then by name, as people count
 * (a2 before a10).
 */
export function compareEnvironments(
  a: EnvironmentSummary,
  b: EnvironmentSummary
): number {
  return (
    collator.compare(a.namespace, b.namespace) ||
    Number(b.recommended) - Number(a.recommended) ||
    collator.compare(a.name, b.name)
  );
}

/** Whether the build has reached a state that it will not leave. */
export function isEnded(build: Pick<Build, 'state'>): boolean {
  return (
    build.state === 'ready' ||
    build.state === 'failed' ||
    build.state === 'cancelled'
  );
}

const collator = new Intl.Collator('en', { numeric: true });
