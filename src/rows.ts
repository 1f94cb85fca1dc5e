import type { FoundPackages } from './package-finder';
import type { Build, EnvironmentSummary, Namespace, Proposal } from './types';

/** A row of a tree in the panel. `key` is stable: it is what React and focus go by. */
export type Row =
  IHeadRow | IEnvironmentRow | IBuildRow | IProposalRow | INoteRow;

export interface IHeadRow {
  kind: 'head';
  key: string;
  namespace: Namespace | null;
  count: number;
  expanded: boolean;
}

export interface IEnvironmentRow {
  kind: 'environment';
  key: string;
  item: EnvironmentSummary;
  /** Packages like `numpy 2.1.3` without which the filter would not show it. */
  packages: readonly string[];
  position: number;
  size: number;
}

export interface IBuildRow {
  kind: 'build';
  key: string;
  build: Build;
  position: number;
  size: number;
}

export interface IProposalRow {
  kind: 'proposal';
  key: string;
  proposal: Proposal;
  position: number;
  size: number;
}

/** A sentence in a section that has nothing else. */
export interface INoteRow {
  kind: 'note';
  key: string;
}

/** What the environments tree is made from. */
export interface ITreeSource {
  namespaces: readonly Namespace[];
  environments: readonly EnvironmentSummary[];
  /** Text of the filter box; empty shows everything. */
  filter: string;
  /** What the server has found for the filter among packages. */
  found: FoundPackages;
  /** Names of the namespaces that are folded. */
  folded: ReadonlySet<string>;
  /** The caller's personal namespace: the first section. */
  own: string;
}

/** Whether every word of *filter* occurs in what the row shows; `team/name` works too. */
export function matches(item: EnvironmentSummary, filter: string): boolean {
  const shown = `${item.name} ${item.title} ${item.headline}`.toLowerCase();
  const path = `${item.namespace}/${item.name}`;
  return filter
    .toLowerCase()
    .split(/\s+/)
    .every(word => (word.includes('/') ? path : shown).includes(word));
}

/**
 * Rows of the environments tree: one section per namespace, own first, except for newcomers. What is there for its
 * packages comes last in its section: those rows appear later than the others, and nothing
 * may slip away from under the pointer.
 */
export function environmentRows(source: ITreeSource): Row[] {
  const filter = source.filter.trim();
  const groups = groupHits(source, filter);
  const rows: Row[] = [];
  for (const namespace of inOrder(source)) {
    const group = groups.get(namespace.name) ?? [];
    if (filter && group.length === 0) {
      continue;
    }
    const expanded = filter !== '' || !source.folded.has(namespace.name);
    rows.push({
      kind: 'head',
      key: `head:${namespace.name}`,
      namespace,
      count: group.length,
      expanded
    });
    if (!expanded) {
      continue;
    }
    if (group.length === 0) {
      rows.push({ kind: 'note', key: `note:${namespace.name}` });
    }
    group.forEach(({ item, packages }, index) =>
      rows.push({
        kind: 'environment',
        key: `environment:${item.id}`,
        item,
        packages,
        position: index + 1,
        size: group.length
      })
    );
  }
  return rows;
}

interface IHit {
  item: EnvironmentSummary;
  packages: readonly string[];
}

/** What is shown of each namespace, by its name. */
function groupHits(source: ITreeSource, filter: string): Map<string, IHit[]> {
  const groups = new Map<string, IHit[]>();
  const add = (item: EnvironmentSummary, packages: readonly string[]) => {
    const group = groups.get(item.namespace);
    if (group) {
      group.push({ item, packages });
    } else {
      groups.set(item.namespace, [{ item, packages }]);
    }
  };
  const byPackage: IHit[] = [];
  for (const item of source.environments) {
    const packages = source.found.get(item.id);
    if (!filter || matches(item, filter)) {
      add(item, []);
    } else if (packages) {
      byPackage.push({ item, packages });
    }
  }
  byPackage.forEach(({ item, packages }) => add(item, packages));
  return groups;
}

/** Rows of ACTIVITY: its head, proposals, then builds newest first. */
export function activityRows(
  builds: readonly Build[],
  expanded: boolean,
  proposals: readonly Proposal[] = []
): Row[] {
  const size = proposals.length + builds.length;
  const head: Row = {
    kind: 'head',
    key: 'head:',
    namespace: null,
    count: size,
    expanded
  };
  if (!expanded) {
    return [head];
  }
  return [
    head,
    ...proposals.map((proposal, index): Row => ({
      kind: 'proposal',
      key: `proposal:${proposal.id}`,
      proposal,
      position: index + 1,
      size
    })),
    ...builds.map((build, index): Row => ({
      kind: 'build',
      key: `build:${build.id}`,
      build,
      position: proposals.length + index + 1,
      size
    }))
  ];
}

/**
 * Whether somebody has nothing of their own yet, and others recommend something to them: that is
 * then what the panel begins with.
 */
export function isNewcomer(
  source: Pick<ITreeSource, 'environments' | 'own'>
): boolean {
  const { environments, own } = source;
  return (
    environments.some(item => item.recommended) &&
    !environments.some(item => item.namespace === own)
  );
}

function inOrder(source: ITreeSource): Namespace[] {
  const { namespaces, own } = source;
  const first = isNewcomer(source)
    ? new Set(
        source.environments
          .filter(item => item.recommended)
          .map(item => item.namespace)
      )
    : new Set([own]);
  const rank = (item: Namespace) =>
    first.has(item.name) ? 0 : item.name === own ? 1 : 2;
  return [...namespaces].sort(
    (a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name)
  );
}
