import { channelName } from './format';
import type { VersionPackages } from './types';

/** A row of the packages table. */
export interface IPackageRow {
  key: string;
  name: string;
  version: string;
  channel: string;
  size: number;
  /** What asked for it in the specification; empty when something else needs it. */
  requested: string;
  neededBy: string[];
}

/** Rows of the table: what was asked for first, then by name. */
export function packageRows(packages: VersionPackages): IPackageRow[] {
  const needed = new Map<string, string[]>();
  const note = (by: string, depends: readonly string[]) => {
    for (const text of depends) {
      const name = requirementName(text);
      const list = needed.get(name);
      if (!list) {
        needed.set(name, [by]);
      } else if (!list.includes(by)) {
        list.push(by);
      }
    }
  };
  packages.conda.forEach(item => note(item.name, item.depends));
  packages.pip.forEach(item => note(item.name, item.depends));
  const conda = packages.conda.map(item => ({
    key: `conda:${item.name}`,
    name: item.name,
    version: item.version,
    channel: channelName(item.channel),
    size: item.size,
    requested: item.requested,
    neededBy: needed.get(normalised(item.name)) ?? []
  }));
  const pip = packages.pip.map(item => ({
    key: `pip:${item.name}`,
    name: item.name,
    version: item.version,
    channel: 'pip',
    size: item.size,
    requested: item.requested,
    neededBy: needed.get(normalised(item.name)) ?? []
  }));
  const rank = (row: IPackageRow) => (row.requested ? 0 : 1);
  return [...conda, ...pip].sort(
    (a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name)
  );
}

/** Rows whose name, version or channel contains *filter*. */
export function filterPackages(
  rows: readonly IPackageRow[],
  filter: string
): readonly IPackageRow[] {
  const text = filter.trim().toLowerCase();
  return text
    ? rows.filter(row =>
        `${row.name} ${row.version} ${row.channel}`.toLowerCase().includes(text)
      )
    : rows;
}

/** Name in a MatchSpec or PEP 508 requirement, in the form in which names are compared. */
export function requirementName(text: string): string {
  const afterChannel = text.split('::').pop() ?? text;
  return normalised(afterChannel.split(/[\s=<>!~;[(@,]/, 1)[0]);
}

function normalised(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/g, '-');
}
