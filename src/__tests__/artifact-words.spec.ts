import { nullTranslator } from '@jupyterlab/translation';
import { Blob as NodeBlob } from 'buffer';
import {
  artifactShare,
  artifactWord,
  exportCommand,
  formOptions,
  givenOptions
} from '../artifact-words';
import { brought } from '../import-file';
import type { Artifact, FormView } from '../types';

const trans = nullTranslator.load('jupyterlab_terrarium');

function makeForm(given: Partial<FormView> = {}): FormView {
  return {
    form: 'archive-zst',
    title: 'Archive',
    purpose: '',
    group: 'files',
    suffix: '.tar.zst',
    needs: 'prefix',
    platforms: ['linux-64'],
    options: {},
    unavailable: '',
    artifacts: [],
    ...given
  };
}

function makeArtifact(given: Partial<Artifact> = {}): Artifact {
  return {
    id: 'a',
    form: 'archive-zst',
    platform: 'linux-64',
    options: {},
    state: 'making',
    progress: { done: 0, total: 0, current: '' },
    problem: null,
    file_name: 'a.tar.zst',
    media_type: 'application/zstd',
    sha256: '',
    size: 0,
    requested_by: 'ana',
    created: '2026-11-01T10:00:00Z',
    finished: null,
    ...given
  };
}

describe('options of a form', () => {
  const form = makeForm({
    options: {
      path: { type: 'string', default: '', description: 'Where it will lie' },
      hashes: { enum: ['sha256', 'md5'], default: 'sha256' },
      bare: { type: 'boolean', default: false },
      names: { type: 'array', default: [] }
    }
  });

  it('are read from the schema', () => {
    expect(formOptions(form).map(({ name, kind }) => [name, kind])).toEqual([
      ['path', 'text'],
      ['hashes', 'choice'],
      ['bare', 'flag'],
      ['names', 'list']
    ]);
  });

  it('are given only where they differ from the default', () => {
    const options = formOptions(form);
    expect(givenOptions(options, {})).toEqual({});
    const values = { path: '/opt/x', hashes: 'sha256', names: 'a, b,' };
    expect(givenOptions(options, values)).toEqual({
      path: '/opt/x',
      names: ['a', 'b']
    });
  });
});

describe('the command for a shell', () => {
  const of = { namespace: 'ana', name: 'data', version: 3 };

  it('names version and form, and the platform where there are several', () => {
    expect(exportCommand(of, makeForm(), 'linux-64', {})).toBe(
      'jupyter terrarium export ana/data@3 --to archive-zst'
    );
    const two = makeForm({ platforms: ['linux-64', 'osx-arm64'] });
    expect(exportCommand(of, two, 'osx-arm64', {})).toContain(
      '--platform osx-arm64'
    );
  });

  it('quotes what a shell would read otherwise', () => {
    const command = exportCommand(of, makeForm(), 'linux-64', {
      path: "/it's here; rm -rf"
    });
    expect(command).toContain(`--option 'path=/it'\\''s here; rm -rf'`);
  });
});

describe('progress', () => {
  it('is a share only when the whole is known', () => {
    expect(artifactShare(makeArtifact())).toBeNull();
    const half = makeArtifact({
      progress: { done: 5, total: 10, current: 'numpy' }
    });
    expect(artifactShare(half)).toBe(0.5);
    expect(artifactWord(half, trans)).toBe('being made, 50 % numpy');
    const ready = makeArtifact({ state: 'ready', size: 2_000_000 });
    expect(artifactWord(ready, trans)).toMatch(/^ready, 2\.0.MB$/);
  });
});

describe('a file that somebody brings', () => {
  // That of jsdom cannot be read.
  const blob = (content: string | Uint8Array) =>
    new NodeBlob([content]) as unknown as Blob;
  const kind = async (content: string | Uint8Array, name: string) =>
    (await brought(blob(content), name)).kind;

  it('is told by its content', async () => {
    expect(await kind('dependencies: [python]\n', 'x.yml')).toBe(
      'specification'
    );
    expect(await kind('# x\n@EXPLICIT\nhttps://x\n', 'x.txt')).toBe('lockfile');
    expect(await kind('version: 1\nmetadata: {}\npackage: []\n', 'x.yml')).toBe(
      'lockfile'
    );
    expect(await kind('version: 6\npackages: []\n', 'pixi.lock')).toBe(
      'lockfile'
    );
    expect(await kind('terrarium.json\u0000\u0000', 'x.tar')).toBe('bundle');
    const zstd = new Uint8Array([0x28, 0xb5, 0x2f, 0xfd, 1, 2]);
    expect(await kind(zstd, 'x')).toBe('bundle');
  });
});
