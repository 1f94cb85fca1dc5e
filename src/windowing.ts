/** Where rows of different heights stand. `tops` has one more entry: the total height. */
export interface IRowLayout {
  tops: number[];
  height: number;
}

/** Stack rows of these heights (CSS pixels). */
export function layoutRows(heights: readonly number[]): IRowLayout {
  const tops = [0];
  let height = 0;
  for (const value of heights) {
    height += value;
    tops.push(height);
  }
  return { tops, height };
}

/**
 * First and past-the-last index of the rows that a viewport shows, with *overscan* more on
 * both sides, so that scrolling by a line never shows a gap.
 */
export function visibleRange(
  layout: IRowLayout,
  scrollTop: number,
  viewport: number,
  overscan: number
): [number, number] {
  const count = layout.tops.length - 1;
  const first = lastAtOrBefore(layout.tops, scrollTop);
  const last = lastAtOrBefore(layout.tops, scrollTop + viewport);
  return [Math.max(0, first - overscan), Math.min(count, last + 1 + overscan)];
}

/** The scroll position nearest to *scrollTop* at which row *index* is wholly in view. */
export function scrollToShow(
  layout: IRowLayout,
  index: number,
  scrollTop: number,
  viewport: number
): number {
  const top = layout.tops[index];
  const bottom = layout.tops[index + 1];
  if (top < scrollTop) {
    return top;
  }
  if (bottom > scrollTop + viewport) {
    return Math.max(0, bottom - viewport);
  }
  return scrollTop;
}

function lastAtOrBefore(tops: readonly number[], y: number): number {
  let low = 0;
  let high = tops.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (tops[middle] <= y) {
      low = middle;
    } else {
      high = middle - 1;
    }
  }
  return low;
}
