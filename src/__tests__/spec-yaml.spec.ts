/**
 * The CommonJS build of `yaml`, which jest can read.
 * @jest-environment-options {"customExportConditions": ["node"]}
 */
import { joinPackage, readSpec, splitPackage } from '../spec-yaml';
import { ANALYSIS, form } from './spec-fixtures';

describe('reading', () => {
  it('shows what the text says, as it is written', () => {
    const { name, channels, packages, pip, runsOn, variables } = form(ANALYSIS);
    expect(name).toBe('analysis');
    expect(channels.map(item => item.text)).toEqual(['geo-lab', 'conda-forge']);
    expect(
      packages.map(({ channel, name, constraint }) => [
        channel,
        name,
        constraint
      ])
    ).toEqual([
      ['', 'python', '=3.12'],
      ['', 'pandas', '>=2,<3'],
      ['conda-forge', 'gdal', '']
    ]);
    expect(packages[0].comment).toBe('the cluster has 3.12');
    expect(pip.map(item => item.text)).toEqual([
      'survey-tools[plot]>=1.2',
      './wheels/patched-1.0-py3-none-any.whl'
    ]);
    expect(runsOn).toMatchObject([{ key: 'cuda', value: '12.4' }]);
    expect(variables).toMatchObject([{ key: 'OMP_NUM_THREADS', value: '4' }]);
  });

  it('names paths and lines as the server does', () => {
    const { packages, pip } = form(ANALYSIS);
    expect(packages[2]).toMatchObject({ path: 'dependencies/2', line: 14 });
    expect(pip[1]).toMatchObject({ path: 'dependencies/3/pip/1', line: 19 });
  });

  it('keeps numbers as written', () => {
    expect(form('runs-on:\n  glibc: 2.10\n').runsOn[0].value).toBe('2.10');
    expect(form('dependencies: [3.10]\n').packages[0].text).toBe('3.10');
  });

  it.each(['', '\n', '# only a remark\n', '---\n', '{}', 'dependencies:\n'])(
    'reads %j as an empty form',
    text => {
      expect(form(text).packages).toEqual([]);
    }
  );

  it.each([
    ['dependencies:\n  - a\n b', 'syntax', 3],
    ['name: x\n\tchannels: []', 'syntax', 2],
    ['name: "x\n', 'syntax', 2],
    ['name: x\nname: y\n', 'syntax', 2],
    ['- python\n', 'no-mapping', 1],
    ['just words', 'no-mapping', 1],
    ['name: x\ndependencies: python\n', 'want-list', 2],
    ['variables:\n  - A\n', 'want-mapping', 2],
    ['dependencies:\n  - pip: numpy\n', 'want-list', 2],
    ['a: &x 1\nb: *x\n', 'alias', 2],
    ['\u0000', 'no-mapping', 1]
  ])('does not crash on %j', (text, kind, line) => {
    const { form, error } = readSpec(text);
    expect(form).toBeNull();
    expect(error).toMatchObject({ kind, line });
  });

  it.each([
    ['numpy', '', 'numpy', ''],
    ['numpy >=1.20,<2', '', 'numpy', '>=1.20,<2'],
    ['numpy=1.26=py312*', '', 'numpy', '=1.26=py312*'],
    ['numpy==1.26.4', '', 'numpy', '==1.26.4'],
    ['numpy!=1.25', '', 'numpy', '!=1.25'],
    ['numpy 1.26.* py312*', '', 'numpy', '1.26.* py312*'],
    ['conda-forge::numpy>=1', 'conda-forge', 'numpy', '>=1'],
    [
      'https://example.org/chan::numpy',
      'https://example.org/chan',
      'numpy',
      ''
    ],
    [
      'conda-forge/linux-64::x[build=h1]',
      'conda-forge/linux-64',
      'x',
      '[build=h1]'
    ]
  ])('takes %j apart and joins it again', (text, channel, name, constraint) => {
    expect(splitPackage(text)).toEqual({ channel, name, constraint });
    const joined = joinPackage(channel, name, constraint);
    expect(splitPackage(joined)).toEqual({ channel, name, constraint });
  });

  it('writes a bare version as conda users do', () => {
    expect(joinPackage('', 'python', '3.12')).toBe('python=3.12');
    expect(joinPackage('', 'python', '3.12.*')).toBe('python 3.12.*');
    expect(joinPackage('', 'python', ' ')).toBe('python');
  });
});
