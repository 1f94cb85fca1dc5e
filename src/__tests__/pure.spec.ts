import { nullTranslator } from '@jupyterlab/translation';
import { queryString } from '../api-query';
import { buildSeconds, buildSteps } from '../build-steps';
import { isLockfile, isSpecification } from '../files';
import { channelName, formatAgo, formatBytes, formatSeconds } from '../format';
import { logLines } from '../log-lines';
import { filterPackages, packageRows, requirementName } from '../packages';
import { changesKernels } from '../plugins/kernels';
import { nextIndex } from '../row-keys';
import { progressShare, progressWord } from '../states';
import { layoutRows, scrollToShow, visibleRange } from '../windowing';
import { makeBuild, makeEvent } from './fakes';

const trans = nullTranslator.load('jupyterlab_terrarium');

/** The text with spaces at which no line ends. */
const unbroken = (text: string) => text.replace(/ /g, '\u00a0');

describe('formats', () => {
  it.each([
    [0, ''],
    [999, '999 B'],
    [1234, '1.2 kB'],
    [14_000_000, '14 MB'],
    [999_999_999, '1.0 GB']
  ])('%d bytes is %s', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(unbroken(text));
  });

  it.each([
    [0.04, '0.0 s'],
    [6.21, '6.2 s'],
    [41.5, '42 s'],
    [180, '3 min'],
    [4800, '1 h 20 min'],
    [7200, '2 h']
  ])('%d seconds is %s', (seconds, text) => {
    expect(formatSeconds(seconds)).toBe(unbroken(text));
  });

  it('says how long ago', () => {
    const now = Date.parse('2026-11-01T12:00:00Z');
    expect(formatAgo('2026-11-01T11:59:50Z', now, trans)).toBe('just now');
    expect(formatAgo('2026-11-01T11:00:00Z', now, trans)).toBe('1 hour ago');
    expect(formatAgo('2026-10-30T12:00:00Z', now, trans)).toBe('2 days ago');
    expect(formatAgo('no time', now, trans)).toBe('');
  });

  it('names a channel by its last part', () => {
    expect(channelName('https://conda.example/conda-forge/')).toBe(
      'conda-forge'
    );
    expect(channelName('conda-forge')).toBe('conda-forge');
  });
});

describe('queryString', () => {
  it('repeats lists, encodes, and leaves out what is not there', () => {
    expect(
      queryString({
        channel: ['a', 'b c'],
        limit: 5,
        cursor: null,
        x: undefined
      })
    ).toBe('?channel=a&channel=b+c&limit=5');
    expect(queryString({})).toBe('');
  });
});

describe('windowing', () => {
  const layout = layoutRows([24, 24, 42, 24, 24]);

  it('stacks rows of different heights', () => {
    expect(layout).toEqual({ tops: [0, 24, 48, 90, 114, 138], height: 138 });
  });

  it('shows the rows that the viewport touches, and some more', () => {
    expect(visibleRange(layout, 50, 30, 0)).toEqual([2, 3]);
    expect(visibleRange(layout, 50, 30, 1)).toEqual([1, 4]);
    expect(visibleRange(layout, 0, 1000, 6)).toEqual([0, 5]);
  });

  it('draws a handful of 10,000 rows', () => {
    const many = layoutRows(new Array(10_000).fill(24));
    const [first, last] = visibleRange(many, 120_000, 600, 6);
    expect(first).toBe(4994);
    expect(last - first).toBeLessThan(40);
  });

  it('scrolls no further than needed', () => {
    expect(scrollToShow(layout, 2, 0, 138)).toBe(0);
    expect(scrollToShow(layout, 4, 0, 60)).toBe(78);
    expect(scrollToShow(layout, 0, 50, 60)).toBe(0);
  });
});

describe('nextIndex', () => {
  it('stays within the rows and ignores other keys', () => {
    expect(nextIndex('ArrowDown', 9, 10, 5)).toBe(9);
    expect(nextIndex('ArrowUp', 0, 10, 5)).toBe(0);
    expect(nextIndex('PageDown', 2, 10, 5)).toBe(7);
    expect(nextIndex('End', 2, 10, 5)).toBe(9);
    expect(nextIndex('x', 2, 10, 5)).toBeNull();
  });
});

describe('progress', () => {
  const progress = {
    packages_done: 12,
    packages_total: 33,
    bytes_done: 50,
    bytes_total: 100,
    current: 'numpy',
    seconds_left: null
  };

  it('is told by phase and count', () => {
    expect(
      progressWord(makeBuild({ state: 'fetching', progress }), trans)
    ).toBe('fetching 12/33');
    expect(progressWord(makeBuild({ state: 'solving', progress }), trans)).toBe(
      'solving'
    );
    const cancelling = makeBuild({ state: 'linking', cancel_requested: true });
    expect(progressWord(cancelling, trans)).toBe('cancelling');
  });

  it('never goes back from one phase to the next', () => {
    const full = { ...progress, packages_done: 33, bytes_done: 100 };
    const shares = (['fetching', 'linking', 'finishing'] as const).flatMap(
      state => [
        progressShare(
          makeBuild({
            state,
            progress: { ...full, packages_done: 0, bytes_done: 0 }
          })
        ),
        progressShare(makeBuild({ state, progress: full }))
      ]
    );
    expect([...shares].sort((a, b) => Number(a) - Number(b))).toEqual(shares);
    expect(progressShare(makeBuild({ state: 'queued' }))).toBe(0);
    expect(progressShare(makeBuild({ state: 'solving' }))).toBeNull();
  });
});

describe('buildSteps', () => {
  const phases = [
    {
      phase: 'solving' as const,
      started: '2026-11-01T10:00:00Z',
      seconds: 0.4
    },
    {
      phase: 'fetching' as const,
      started: '2026-11-01T10:00:01Z',
      seconds: null
    }
  ];
  const statuses = (build: Parameters<typeof buildSteps>[0]) =>
    buildSteps(build).map(step => step.status);

  it('shows what is done, under way and to come', () => {
    expect(statuses(makeBuild({ state: 'fetching', phases }))).toEqual([
      'done',
      'active',
      'todo',
      'todo'
    ]);
  });

  it('marks the phase in which a build failed', () => {
    expect(statuses(makeBuild({ state: 'failed', phases }))).toEqual([
      'done',
      'stopped',
      'todo',
      'todo'
    ]);
  });

  it('says that a reused prefix needed no phase', () => {
    expect(statuses(makeBuild({ state: 'ready', phases: [] }))).toEqual([
      'skipped',
      'skipped',
      'skipped',
      'skipped'
    ]);
  });

  it('knows how long a build took', () => {
    const started = '2026-11-01T10:00:00Z';
    const finished = '2026-11-01T10:00:06.500Z';
    expect(buildSeconds(makeBuild({ started, finished }))).toBe(6.5);
    expect(buildSeconds(makeBuild({ started }))).toBeNull();
  });
});

describe('logLines', () => {
  it('keeps log lines, phases and the end, and drops progress', () => {
    const lines = logLines(
      [
        { kind: 'phase', time: 0, phase: 'fetching' },
        { kind: 'log', time: 0, line: 'numpy', level: 'info' },
        {
          kind: 'progress',
          time: 0,
          phase: 'fetching',
          packages_done: 1,
          packages_total: 2,
          bytes_done: 1,
          bytes_total: 2,
          current: ''
        },
        {
          kind: 'result',
          time: 0,
          ok: false,
          problem: {
            type: '',
            title: 'T',
            status: 507,
            detail: 'no space',
            hint: '',
            code: 'disk-full',
            errors: [],
            raw: '',
            conflict: null,
            explanation: null
          },
          warnings: ['w'],
          size: 0,
          files: 0,
          kernels: [],
          reused: false,
          checks: [],
          sha256: ''
        }
      ],
      trans
    );
    expect(lines.map(line => [line.level, line.text])).toEqual([
      ['phase', 'fetching'],
      ['info', 'numpy'],
      ['warning', 'w'],
      ['error', 'no space']
    ]);
  });
});

describe('files', () => {
  it.each([
    ['environment.yml', true],
    ['environment.yaml', true],
    ['environment-gpu.yml', true],
    ['my.environment.yml', true],
    ['env.yml', true],
    ['mkdocs.yml', false],
    ['environment.json', false],
    ['conda-lock.yml', false]
  ])('%s is a specification: %s', (name, expected) => {
    expect(isSpecification(name)).toBe(expected);
  });

  it('knows lockfiles', () => {
    expect(isLockfile('conda-lock.yml')).toBe(true);
    expect(isLockfile('gpu.conda-lock.yml')).toBe(true);
    expect(isLockfile('pixi.lock')).toBe(true);
    expect(isLockfile('data-1.pixi.lock')).toBe(true);
    expect(isLockfile('explicit.txt')).toBe(true);
    expect(isLockfile('data-1-linux-64.explicit.txt')).toBe(true);
    expect(isLockfile('conda-linux-64.lock')).toBe(true);
    expect(isLockfile('pylock.toml')).toBe(true);
    expect(isLockfile('pylock.data-1-linux-64.toml')).toBe(true);
    expect(isLockfile('requirements.txt')).toBe(true);
    expect(isLockfile('data-1-linux-64.requirements.txt')).toBe(true);
    expect(isLockfile('pyproject.toml')).toBe(false);
    expect(isLockfile('uv.lock')).toBe(false);
    expect(isLockfile('notes.txt')).toBe(false);
    expect(isLockfile('environment.yml')).toBe(false);
  });
});

describe('packages', () => {
  const conda = {
    build: '0',
    build_number: 0,
    subdir: 'noarch',
    url: '',
    sha256: '',
    md5: '',
    size: 5,
    noarch: '',
    constrains: [],
    timestamp: 0,
    license: '',
    python_site_packages_path: '',
    version: '1',
    channel: 'https://c.example/main',
    requested: '',
    depends: [] as string[]
  };
  const rows = packageRows({
    platform: 'linux-64',
    conda: [
      { ...conda, name: 'libblas' },
      { ...conda, name: 'numpy', depends: ['libblas >=3', 'python'] },
      { ...conda, name: 'pandas', requested: 'pandas', depends: ['numpy >1'] }
    ],
    pip: [
      {
        name: 'tiny_lib',
        version: '2',
        file_name: 'x.whl',
        url: '',
        sha256: '',
        size: 1,
        depends: ['NumPy>=1; python_version > "3"'],
        requested: 'tiny-lib'
      }
    ]
  });

  it('puts what was asked for first', () => {
    expect(rows.map(row => row.name)).toEqual([
      'pandas',
      'tiny_lib',
      'libblas',
      'numpy'
    ]);
  });

  it('says by what a package is needed, across conda and pip', () => {
    expect(rows.find(row => row.name === 'numpy')?.neededBy).toEqual([
      'pandas',
      'tiny_lib'
    ]);
  });

  it('filters', () => {
    expect(filterPackages(rows, 'NUM').map(row => row.name)).toEqual(['numpy']);
    expect(filterPackages(rows, ' ')).toBe(rows);
  });

  it('reads names out of requirements', () => {
    expect(requirementName('conda-forge::ruamel.yaml >=0.1')).toBe(
      'ruamel-yaml'
    );
    expect(requirementName('requests[socks]>=2')).toBe('requests');
  });
});

describe('changesKernels', () => {
  it('is true for what may change the list of kernels, and only that', () => {
    expect(changesKernels(makeEvent({ kind: 'kernels-changed' }))).toBe(true);
    expect(changesKernels(makeEvent({ data: { state: 'ready' } }))).toBe(true);
    expect(changesKernels(makeEvent({ data: { state: 'linking' } }))).toBe(
      false
    );
    expect(changesKernels(makeEvent({ kind: 'version-created' }))).toBe(false);
  });
});
