/**
 * The CommonJS build of `yaml`, which jest can read.
 * @jest-environment-options {"customExportConditions": ["node"]}
 */
import {
  addChannel,
  addPackage,
  addPip,
  moveEntry,
  removeEntry,
  removeVariable,
  renameVariable,
  setConstraint,
  setEntry,
  setName,
  setPlatform,
  setRunsOn,
  setVariable
} from '../spec-edits';
import { readSpec } from '../spec-yaml';
import { ANALYSIS, form } from './spec-fixtures';

/** The lines of *after* that are not in *before*, and the other way round. */
function difference(before: string, after: string): [string[], string[]] {
  const left = before.split('\n');
  const right = after.split('\n');
  const without = (lines: string[], others: string[]) => {
    const rest = [...others];
    return lines.filter(line => {
      const at = rest.indexOf(line);
      if (at >= 0) {
        rest.splice(at, 1);
      }
      return at < 0;
    });
  };
  return [without(left, right), without(right, left)];
}

describe('editing', () => {
  const read = form(ANALYSIS);
  const edits: [string, string, string[], string[]][] = [
    [
      'name',
      setName('spring')(ANALYSIS),
      ['name: analysis  # ask Ada before renaming'],
      ['name: spring  # ask Ada before renaming']
    ],
    [
      'version',
      setConstraint(read.packages[0], '3.13')(ANALYSIS),
      ['  - python=3.12   # the cluster has 3.12'],
      ['  - python=3.13   # the cluster has 3.12']
    ],
    [
      'version of chan::pkg',
      setConstraint(read.packages[2], '>=3.8')(ANALYSIS),
      ['  - conda-forge::gdal  # needs proj'],
      ['  - conda-forge::gdal >=3.8  # needs proj']
    ],
    ['package', addPackage('polars')(ANALYSIS), [], ['  - polars']],
    [
      'less package',
      removeEntry(read.packages[1])(ANALYSIS),
      ['  - pandas >=2,<3'],
      []
    ],
    ['channel', addChannel('bioconda')(ANALYSIS), [], ['  - bioconda']],
    ['pip', addPip('rich>=13')(ANALYSIS), [], ['      - rich>=13']],
    [
      'less pip',
      removeEntry(read.pip[0])(ANALYSIS),
      ['      - survey-tools[plot]>=1.2  # our own'],
      []
    ],
    [
      'other pip',
      setEntry(read.pip[0], 'survey-tools @ https://x.org/s.whl')(ANALYSIS),
      ['      - survey-tools[plot]>=1.2  # our own'],
      ['      - survey-tools @ https://x.org/s.whl  # our own']
    ],
    [
      'platforms',
      setPlatform('osx-arm64', true, 'linux-64')(ANALYSIS),
      [],
      ['platforms:', '  - linux-64', '  - osx-arm64']
    ],
    [
      'runs on',
      setRunsOn('cuda', '12.6')(ANALYSIS),
      ['  cuda: "12.4"  # the A100 nodes'],
      ['  cuda: "12.6"  # the A100 nodes']
    ],
    [
      'runs on, more',
      setRunsOn('glibc', '2.28')(ANALYSIS),
      [],
      ['  glibc: "2.28"']
    ],
    [
      'variable',
      setVariable('OMP_NUM_THREADS', '8')(ANALYSIS),
      ['  OMP_NUM_THREADS: 4'],
      ['  OMP_NUM_THREADS: "8"']
    ],
    [
      'variable, new name',
      renameVariable('OMP_NUM_THREADS', 'MKL_NUM_THREADS')(ANALYSIS),
      ['  OMP_NUM_THREADS: 4'],
      ['  MKL_NUM_THREADS: 4']
    ]
  ];

  it.each(edits)('of %s changes its own lines only', (_, after, gone, come) => {
    expect(difference(ANALYSIS, after)).toEqual([gone, come]);
    expect(readSpec(after).error).toBeNull();
  });

  it('moves a channel with the remark behind it', () => {
    const after = moveEntry(read.channels[0], 1)(ANALYSIS);
    expect(after).toContain(
      '  # ours first\n  - conda-forge\n  - geo-lab   # internal\n'
    );
    const back = moveEntry(form(after).channels[1], -1)(after);
    expect(back).toBe(ANALYSIS);
  });

  it('moves the remark above an entry with it', () => {
    const text = 'channels:\n  - a\n  # about b\n  - b\n  - c\n';
    const after = moveEntry(form(text).channels[1], 1)(text);
    expect(after).toBe('channels:\n  - a\n  - c\n  # about b\n  - b\n');
  });

  it('places a new package before the pip section', () => {
    const names = form(addPackage('polars')(ANALYSIS)).packages;
    expect(names.map(item => item.name)).toContain('polars');
    const text = addPackage('polars')(ANALYSIS);
    expect(text).toContain('# needs proj\n  - polars\n\n  - pip:\n');
    expect(addPackage('rich')('dependencies:\n  - pip: [x]\n')).toContain(
      '- pip: [x]\n  - rich\n'
    );
  });

  it('keeps remarks when everything is removed, and fills the lists again', () => {
    let text = ANALYSIS;
    for (let left = form(text).packages; left.length;) {
      text = removeEntry(left[0])(text);
      left = form(text).packages;
    }
    for (let left = form(text).pip; left.length; left = form(text).pip) {
      text = removeEntry(left[0])(text);
    }
    for (let left = form(text).channels; left.length;) {
      text = removeEntry(left[0])(text);
      left = form(text).channels;
    }
    text = setRunsOn('cuda', '')(text);
    text = removeVariable('OMP_NUM_THREADS')(text);
    for (const remark of [
      '# Analysis of the spring survey',
      '# ours first',
      '# tables',
      '# until the fix is released',
      '# machine'
    ]) {
      expect(text).toContain(remark);
    }
    expect(form(text)).toMatchObject({ packages: [], pip: [], channels: [] });
    text = addPackage('python=3.12')(addChannel('conda-forge')(text));
    text = setVariable('A', 'b')(setRunsOn('archspec', 'x86_64_v3')(text));
    text = addPip('rich')(text);
    const again = form(text);
    expect(again.channels.map(item => item.text)).toEqual(['conda-forge']);
    expect(again.packages.map(item => item.text)).toEqual(['python=3.12']);
    expect(again.pip.map(item => item.text)).toEqual(['rich']);
    expect(again.runsOn).toMatchObject([
      { key: 'archspec', value: 'x86_64_v3' }
    ]);
    expect(again.variables).toMatchObject([{ key: 'A', value: 'b' }]);
  });

  it('builds a whole specification from nothing', () => {
    let text = '';
    text = addPackage('python=3.12')(text);
    text = addChannel('conda-forge')(text);
    text = setName('demo')(text);
    text = addPip('rich')(text);
    text = addPackage('numpy')(text);
    text = setVariable('KEY', 'a: b # c')(text);
    expect(text).toBe(
      'name: demo\nchannels:\n  - conda-forge\ndependencies:\n' +
        '  - python=3.12\n  - numpy\n  - pip:\n    - rich\n' +
        'variables:\n  KEY: "a: b # c"\n'
    );
  });

  it('keeps head remarks above the first key', () => {
    const text = '# written by hand\n\ndependencies:\n- python\n';
    expect(setName('x')(text)).toBe(
      '# written by hand\n\nname: x\ndependencies:\n- python\n'
    );
    expect(setName('x')('name: # to do\n')).toBe('name: x # to do\n');
    expect(setName('x')('name:')).toBe('name: x');
  });

  it('drops quotes that only a passing value needed', () => {
    let text = 'name:\n';
    for (const typed of ['M', 'My', 'My ', 'My E', 'n', 'no', 'now']) {
      text = setName(typed)(text);
    }
    expect(text).toBe('name: now\n');
  });

  it('follows the layout that it finds', () => {
    const flush = 'dependencies:\n- python\n- pip:\n  - rich\n';
    expect(addChannel('c')(flush)).toContain('channels:\n- c\n');
    expect(addPip('attrs')(flush)).toContain('  - rich\n  - attrs\n');
    const windows = 'channels:\r\n  - a\r\ndependencies:\r\n  - python';
    expect(addPackage('numpy')(windows)).toBe(
      'channels:\r\n  - a\r\ndependencies:\r\n  - python\r\n  - numpy\r\n'
    );
    const quoted = `dependencies:\n  - 'python=3.12'  # why\n`;
    expect(setConstraint(form(quoted).packages[0], '3.13')(quoted)).toBe(
      `dependencies:\n  - 'python=3.13'  # why\n`
    );
  });

  it('edits flow lists in place', () => {
    const text = 'channels: [a, "b"]  # both\ndependencies: [python, numpy]\n';
    const first = form(text).channels[0];
    expect(addChannel('c')(text)).toContain('[a, "b", c]  # both');
    expect(moveEntry(first, 1)(text)).toContain('["b", a]  # both');
    expect(removeEntry(first)(text)).toContain('["b"]  # both');
    expect(addPackage('pandas >=2,<3')(text)).toContain(
      '[python, numpy, "pandas >=2,<3"]'
    );
    const piped = addPip('rich')(text);
    expect(form(piped).pip.map(item => item.text)).toEqual(['rich']);
    expect(piped).toContain('# both');
  });

  it('edits a specification that is one flow mapping', () => {
    const text = '{name: x, channels: [], variables: {}}\n';
    const after = setVariable('A', 'b')(addPackage('numpy')(text));
    const full = form(addChannel('c')(after));
    expect(full.channels.map(item => item.text)).toEqual(['c']);
    expect(full.packages.map(item => item.text)).toEqual(['numpy']);
    expect(full.variables).toMatchObject([{ key: 'A', value: 'b' }]);
    expect(form(setName('y')('{}\n')).name).toBe('y');
  });

  it('keeps remarks inside flow lists, which it cannot splice', () => {
    const text = 'channels: [ # ours\n  a, # one\n  b ]\n';
    const after = addChannel('c')(text);
    expect(after).toContain('# ours');
    expect(after).toContain('# one');
    expect(form(after).channels.map(item => item.text)).toEqual([
      'a',
      'b',
      'c'
    ]);
  });

  it('quotes what YAML 1.1 or 1.2 would misread', () => {
    for (const value of [
      'yes',
      '1_000',
      '12:30',
      '0x1f',
      '~',
      '',
      '*x',
      '- a'
    ]) {
      const text = setVariable('A', value)('variables:\n  B: 1 # b\n');
      expect(form(text).variables[1].value).toBe(value);
      expect(text).toContain(`A: "${value}"`);
      expect(text).toContain('B: 1 # b');
    }
  });

  it('leaves a text with an error alone', () => {
    const bad = 'dependencies: python\n';
    expect(addPackage('numpy')(bad)).toBe(bad);
    expect(addChannel('c')('- a\n')).toBe('- a\n');
    expect(setRunsOn('cuda', '1')('runs-on: [x]\n')).toContain('[x]');
  });

  it('adds and removes platforms around this server’s', () => {
    const both = setPlatform('osx-arm64', true, 'linux-64')('name: x\n');
    expect(both).toBe('name: x\nplatforms:\n  - linux-64\n  - osx-arm64\n');
    const one = setPlatform('osx-arm64', false, 'linux-64')(both);
    expect(one).toBe('name: x\nplatforms:\n  - linux-64\n');
  });
});
