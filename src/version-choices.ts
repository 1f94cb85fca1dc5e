/** What the version field of a package offers. */

/** How many series (`3.12`, `3.11`, ...) are offered before anything is typed. */
const MOST_SERIES = 8;
/** How many exact versions are offered. */
const MOST_VERSIONS = 30;

/** One offer: a constraint, and the newest version that satisfies it. */
export interface IVersionChoice {
  constraint: string;
  newest: string;
}

/** The series of a version: `3.12` of `3.12.4`. */
export function seriesOf(version: string): string {
  return version.split('.').slice(0, 2).join('.');
}

/**
 * Offers for *versions* (newest first), of those that begin with what is *typed*.
 *
 * Series come first, since that is what people pin; then "this or newer"; then exact versions.
 */
export function versionChoices(
  versions: readonly string[],
  typed: string
): IVersionChoice[] {
  const series = new Map<string, string>();
  for (const version of versions) {
    const key = seriesOf(version);
    if (!series.has(key)) {
      series.set(key, version);
    }
  }
  const names = [...series.keys()].slice(0, MOST_SERIES);
  const all = [
    ...names.map(name => ({
      constraint: name,
      newest: series.get(name) ?? name
    })),
    ...names.map(name => ({
      constraint: `>=${name}`,
      newest: versions[0]
    })),
    ...versions.map(version => ({
      constraint: `==${version}`,
      newest: version
    }))
  ];
  const wanted = typed.trim();
  const bare = wanted.replace(/^[=<>!~ ]+/, '');
  const matching = all.filter(choice =>
    bare === wanted
      ? choice.constraint.replace(/^[=<>]+/, '').startsWith(bare)
      : choice.constraint.startsWith(wanted)
  );
  return matching.slice(0, 2 * MOST_SERIES + MOST_VERSIONS);
}
