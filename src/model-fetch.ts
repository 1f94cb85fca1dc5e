import { API_VERSION, ApiProblem, type TerrariumApi } from './api';
import type {
  Build,
  EnvironmentSummary,
  IPage,
  Namespace,
  Status
} from './types';

/** How many items one request asks for. */
export const PAGE_SIZE = 500;

/** Everything that the panel shows. */
export interface IEverything {
  status: Status;
  namespaces: Namespace[];
  environments: EnvironmentSummary[];
  builds: Build[];
}

/**
 * Fetch everything that the panel shows, the status first: events after its `last_event`
 * are what may be missing from the lists. Of a server that speaks another API only the
 * status is read.
 */
export async function fetchAll(
  api: TerrariumApi,
  recentBuilds: number
): Promise<IEverything> {
  const status = await api.status();
  if (status.api_version !== API_VERSION) {
    return { status, namespaces: [], environments: [], builds: [] };
  }
  const [namespaces, environments, builds] = await Promise.all([
    everyPage(cursor => api.namespaces({ limit: PAGE_SIZE, cursor })),
    everyPage(cursor => api.environments({ limit: PAGE_SIZE, cursor })),
    api.builds({ limit: recentBuilds })
  ]);
  return { status, namespaces, environments, builds: builds.items };
}

/** All items of a list. */
export async function everyPage<T>(
  fetchPage: (cursor: string | null) => Promise<IPage<T>>
): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | null = null;
  do {
    const page: IPage<T> = await fetchPage(cursor);
    items.push(...page.items);
    cursor = page.next_cursor;
  } while (cursor !== null);
  return items;
}

/**
 * The answers among *promises*. What is not there (deleted meanwhile, or not for us to
 * see) is left out; a server that does not answer is an error.
 */
export async function settled<T>(items: (T | Promise<T>)[]): Promise<T[]> {
  const answers: T[] = [];
  for (const result of await Promise.allSettled(items)) {
    if (result.status === 'fulfilled') {
      answers.push(result.value);
    } else if (!isAbsent(result.reason)) {
      throw result.reason;
    }
  }
  return answers;
}

function isAbsent(error: unknown): boolean {
  return (
    error instanceof ApiProblem && error.status >= 400 && error.status < 500
  );
}
