import { readLockfile } from '../lockfile-text';

const A = 'a'.repeat(64);
const URL = 'https://h.example/c/linux-64/a-1.0-0.conda';

const EXPLICIT = `# terrarium: explicit anna/data@1 linux-64 sha256:${A}
# platform: linux-64
@EXPLICIT
${URL}#sha256:${A}
https://h.example/c/noarch/b-1.0-0.tar.bz2#sha256:${A}
# pip install https://h.example/w-1.0-py3-none-any.whl#sha256=${A}
`;
const CONDA_LOCK = `version: 1
metadata:
  platforms: [linux-64, osx-arm64]
package:
- name: a
  manager: conda
  platform: linux-64
- name: a
  manager: conda
  platform: osx-arm64
- manager: pip
  platform: linux-64
`;
const PIXI = `version: 6
environments:
  default:
    channels:
    - url: https://h.example/c/
    packages:
      linux-64:
      - conda: ${URL}
      - pypi: https://h.example/w-1.0-py3-none-any.whl
      win-64:
      - conda: https://h.example/c/win-64/a-1.0-0.conda
  other:
    packages:
      osx-64:
      - conda: https://h.example/c/osx-64/a-1.0-0.conda
packages:
- conda: ${URL}
`;
const PYLOCK = `lock-version = "1.0"
[[packages]]
name = "w"
[[packages]]
name = "x"
`;
const REQUIREMENTS = `w==1.0 --hash=sha256:${A}
x[y]==2.0 \\
    --hash=sha256:${A} \\
    --hash=sha256:${A}
# via x==3
`;

describe('a lockfile at a glance', () => {
  it.each([
    ['explicit', EXPLICIT, 3, ['linux-64']],
    ['conda-lock', CONDA_LOCK, 3, ['linux-64', 'osx-arm64']],
    ['pixi', PIXI, 3, ['linux-64', 'win-64']]
  ])('%s tells how many packages it has, and for what', (kind, text, n, on) => {
    expect(readLockfile(text)).toMatchObject({
      kind,
      packages: n,
      platforms: on,
      wantsPython: false
    });
  });

  it.each([
    ['pylock', PYLOCK],
    ['requirements', REQUIREMENTS]
  ])('%s of others wants a Python', (kind, text) => {
    expect(readLockfile(text)).toMatchObject({
      kind,
      packages: 2,
      wantsPython: true
    });
  });

  it('needs none where the conda part came along', () => {
    const ours = `${PYLOCK}[tool.terrarium]\nconda = [\n  "${URL}#sha256:${A}",\n]\n`;
    expect(readLockfile(ours)).toMatchObject({
      packages: 3,
      platforms: ['linux-64'],
      wantsPython: false
    });
    const list = `${REQUIREMENTS}# conda install ${URL}#sha256:${A}\n`;
    expect(readLockfile(list)).toMatchObject({
      packages: 3,
      wantsPython: false
    });
  });

  it('takes the platform of an explicit list from its files, and the name from ours', () => {
    expect(readLockfile(`@EXPLICIT\n${URL}\n`)).toMatchObject({
      platforms: ['linux-64'],
      name: ''
    });
    expect(readLockfile(EXPLICIT)?.name).toBe('data');
  });

  it.each([
    '',
    'name: x\ndependencies:\n  - python\n',
    'version: 1\nmetadata: {}\npackage: []\ndependencies: []\n',
    'https://h.example/conda-lock.yml',
    'numpy\npandas>=2\n',
    'what @EXPLICIT means'
  ])('%j is none', text => {
    expect(readLockfile(text)).toBeNull();
  });
});
