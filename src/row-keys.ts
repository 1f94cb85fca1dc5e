/**
 * Where a key moves the active row of *count* rows; null for keys that do not move it.
 * *page* is how many rows a page has.
 */
export function nextIndex(
  key: string,
  active: number,
  count: number,
  page: number
): number | null {
  const within = (index: number) => Math.max(0, Math.min(count - 1, index));
  switch (key) {
    case 'ArrowDown':
      return within(active + 1);
    case 'ArrowUp':
      return within(active - 1);
    case 'PageDown':
      return within(active + page);
    case 'PageUp':
      return within(active - page);
    case 'Home':
      return 0;
    case 'End':
      return within(count - 1);
    default:
      return null;
  }
}
