import { useLayoutEffect, useMemo, useReducer } from 'react';
import { PAGE_SIZE } from '../model-fetch';
import { changesPackages, PackageFinder } from '../package-finder';
import type { TerrariumEvent } from '../types';
import { useTerrarium } from './context';

/** What the server finds for *filter* among packages; the view is drawn again with it. */
export function usePackageFinder(filter: string): PackageFinder {
  const { model } = useTerrarium();
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  const finder = useMemo(
    () =>
      new PackageFinder((text, cursor, signal) =>
        model.api.environments(
          { filter: text, cursor, limit: PAGE_SIZE },
          signal
        )
      ),
    [model]
  );
  useLayoutEffect(() => {
    const slot = {};
    const onEvent = (_: unknown, event: TerrariumEvent) => {
      if (changesPackages(event)) {
        finder.again();
      }
    };
    finder.changed.connect(redraw, slot);
    model.events.connect(onEvent, slot);
    return () => {
      model.events.disconnect(onEvent, slot);
      finder.dispose();
    };
  }, [model, finder]);
  // Before anything is painted: a moment of "nothing found" would be a flicker.
  useLayoutEffect(() => finder.find(filter), [finder, filter]);
  return finder;
}
