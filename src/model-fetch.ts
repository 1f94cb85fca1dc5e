import { API_VERSION, type TerrariumApi } from './api';
import type {
  Build,
  EnvironmentSummary,
  IPage,
  Namespace,
  Status
} from './types';

/** How many items one request asks for. */
const PAGE_SIZE = 500;

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

/** The answers among *promises*; what could not be had (deleted meanwhile) is left out. */
export async function settled<T>(promises: Promise<T>[]): Promise<T[]> {
  const results = await Promise.allSettled(promises);
  return results.flatMap(result =>
    result.status === 'fulfilled' ? [result.value] : []
  );
}
