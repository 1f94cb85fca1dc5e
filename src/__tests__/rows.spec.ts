import { activityRows, environmentRows } from '../rows';
import { concerning } from '../proposals';
import type { Proposal } from '../types';
import { makeBuild, makeEnvironment, makeNamespace } from './fakes';

const proposal = (id: string, more: Partial<Proposal>): Proposal => ({
  id,
  namespace: 'geo',
  environment: 'climate',
  environment_id: 'e',
  user: '',
  reason: '',
  mode: 'keep',
  state: 'open',
  base_version: 1,
  latest_version: 1,
  moved_on: false,
  created: '2026-11-01T00:00:00Z',
  may_decide: false,
  answer: '',
  decided_by: null,
  decided: null,
  version: null,
  ...more
});

const none: ReadonlySet<string> = new Set();
const source = {
  namespaces: [
    makeNamespace({ name: 'geo', kind: 'shared', role: 'viewer' }),
    makeNamespace({ name: 'ana' })
  ],
  environments: [
    makeEnvironment({ name: 'analysis', title: 'Sales figures' }),
    makeEnvironment({ name: 'gpu', headline: 'r-base 4.4' }),
    makeEnvironment({ name: 'climate', namespace: 'geo' })
  ],
  filter: '',
  found: new Map<string, readonly string[]>(),
  folded: none,
  own: 'ana'
};

describe('environmentRows', () => {
  it('puts my own section first, then shared ones', () => {
    expect(environmentRows(source).map(row => row.key)).toEqual([
      'head:ana',
      'environment:id-ana-analysis',
      'environment:id-ana-gpu',
      'head:geo',
      'environment:id-geo-climate'
    ]);
  });

  it('finds by name, title and headline, all words', () => {
    const found = (filter: string) =>
      environmentRows({ ...source, filter }).flatMap(row =>
        row.kind === 'environment' ? [row.item.name] : []
      );
    expect(found('CLIM')).toEqual(['climate']);
    expect(found('figures sales')).toEqual(['analysis']);
    expect(found('r-base')).toEqual(['gpu']);
    expect(found('sales r-base')).toEqual([]);
  });

  it('shows what was found by package last in its section, and says by which', () => {
    const found = new Map([
      ['id-ana-analysis', ['gpustat 1.1']],
      ['id-ana-gpu', ['gpu-tools 2']]
    ]);
    const rows = environmentRows({ ...source, filter: 'gpu', found });
    expect(
      rows.map(row => row.kind === 'environment' && [row.key, row.packages])
    ).toEqual([
      false,
      ['environment:id-ana-gpu', []],
      ['environment:id-ana-analysis', ['gpustat 1.1']]
    ]);
    expect(rows[2]).toMatchObject({ position: 2, size: 2 });
  });

  it('shows everything as ever while the filter is empty, whatever was found', () => {
    const found = new Map([['id-ana-analysis', ['numpy 2']]]);
    expect(environmentRows({ ...source, found })).toEqual(
      environmentRows(source)
    );
  });

  it('leaves out sections without a hit', () => {
    const rows = environmentRows({ ...source, filter: 'climate' });
    expect(rows.map(row => row.key)).toEqual([
      'head:geo',
      'environment:id-geo-climate'
    ]);
  });

  it('folds a section, but not while a filter looks into it', () => {
    const folded = new Set(['ana']);
    const rows = environmentRows({ ...source, folded });
    expect(rows.map(row => row.kind)).toEqual(['head', 'head', 'environment']);
    expect(rows[0]).toMatchObject({ expanded: false, count: 2 });
    const found = environmentRows({ ...source, folded, filter: 'gpu' });
    expect(found.map(row => row.kind)).toEqual(['head', 'environment']);
  });

  it('says that a section is empty', () => {
    const rows = environmentRows({ ...source, environments: [] });
    expect(rows.map(row => row.kind)).toEqual(['head', 'note', 'head', 'note']);
  });

  it('numbers rows within their section for screen readers', () => {
    expect(environmentRows(source)[2]).toMatchObject({ position: 2, size: 2 });
  });

  it('takes 10,000 environments in its stride', () => {
    const environments = Array.from({ length: 10_000 }, (_, at) =>
      makeEnvironment({ name: `env-${at}` })
    );
    const start = performance.now();
    const rows = environmentRows({ ...source, environments, filter: '999' });
    expect(performance.now() - start).toBeLessThan(200);
    expect(rows).toHaveLength(20);
  });
});

describe('activityRows', () => {
  it('shows builds below their head unless folded', () => {
    const builds = [makeBuild({ id: 'b2' }), makeBuild({ id: 'b1' })];
    expect(activityRows(builds, true).map(row => row.key)).toEqual([
      'head:',
      'build:b2',
      'build:b1'
    ]);
    expect(activityRows(builds, false)).toHaveLength(1);
  });

  it('has proposals for me first, then mine while they are news', () => {
    const now = Date.parse('2026-11-28T00:00:00Z');
    const proposals = [
      proposal('mine', { user: 'ana' }),
      proposal('old', {
        user: 'ana',
        state: 'declined',
        decided: '2026-11-01T00:00:00Z'
      }),
      proposal('for-me', { user: 'bo', may_decide: true }),
      proposal('decided', { user: 'bo', may_decide: true, state: 'approved' })
    ];
    const shown = concerning(proposals, 'ana', now);
    const rows = activityRows([makeBuild({ id: 'b' })], true, shown);
    expect(rows.map(row => row.key)).toEqual([
      'head:',
      'proposal:for-me',
      'proposal:mine',
      'build:b'
    ]);
    expect(rows[0]).toMatchObject({ count: 3 });
  });
});
