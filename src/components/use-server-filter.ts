import { useEffect, useState } from 'react';
import { environmentKey } from '../model-order';
import type { TerrariumApi } from '../api';

/** Milliseconds without typing before the server is asked. */
const PATIENCE = 250;
const MOST = 500;
const NONE: ReadonlySet<string> = new Set();

/** Keys of the environments that the server finds for *filter*: it also knows packages. */
export function useServerFilter(
  api: TerrariumApi,
  filter: string
): ReadonlySet<string> {
  const [found, setFound] = useState(NONE);
  useEffect(() => {
    const text = filter.trim();
    if (!text) {
      setFound(NONE);
      return;
    }
    let stale = false;
    const timer = window.setTimeout(async () => {
      try {
        const page = await api.environments({ filter: text, limit: MOST });
        if (!stale) {
          setFound(
            new Set(
              page.items.map(item => environmentKey(item.namespace, item.name))
            )
          );
        }
      } catch {
        // The names that are here are filtered all the same.
      }
    }, PATIENCE);
    return () => {
      stale = true;
      window.clearTimeout(timer);
    };
  }, [api, filter]);
  return found;
}
