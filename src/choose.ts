/** The chosen versions after a tick: never more than two, the oldest tick gives way. */
export function choose(
  chosen: readonly number[],
  version: number,
  wanted: boolean
): readonly number[] {
  const others = chosen.filter(item => item !== version);
  return wanted ? [...others.slice(-1), version] : others;
}
