import { ServerConnection } from '@jupyterlab/services';
import { nullTranslator } from '@jupyterlab/translation';
import { Signal } from '@lumino/signaling';
import { markOf, readRecord, relation, toMetadata } from '../record';
import { RecordApi } from '../record-api';
import { RecordKeeper, type NotebookContext } from '../record-keeper';
import { badgeWords } from '../record-words';
import type { NotebookRecord } from '../types';

const DIGEST = 'a'.repeat(64);
const RECORD: NotebookRecord = {
  environment: 'ana/analysis',
  version: 1,
  lock_digest: DIGEST,
  store: '',
  scratch: false
};
const NEWER = { ...RECORD, version: 2, lock_digest: 'b'.repeat(64) };

function fakeKernel(id: string, name: string): object {
  return { id, name, requestKernelInfo: async () => undefined };
}

/** A notebook whose kernel runs what `running` says. */
class FakeNotebook {
  metadata: Record<string, unknown> = {};
  running: NotebookRecord | null = RECORD;
  requests: string[] = [];
  asked = 0;
  enabled = true;
  readonly metadataChanged = new Signal<object, { key?: string }>({});
  readonly saveState = new Signal<object, string>({});
  readonly kernelChanged = new Signal<object, void>({});
  readonly connectionStatusChanged = new Signal<object, string>({});
  readonly statusChanged = new Signal<object, string>({});
  kernel: object | null = fakeKernel('k1', 'analysis--python3--x');
  kernelPreference: Record<string, unknown> = { language: 'python' };

  kernelspec = 'analysis--python3--x';

  get session(): object {
    return { kernel: this.kernel };
  }

  async changeKernel(kernel: { name: string }): Promise<void> {
    this.kernel = fakeKernel('k2', kernel.name);
    this.kernelChanged.emit();
  }

  keeper(): RecordKeeper {
    const context = {
      path: 'a.ipynb',
      ready: Promise.resolve(),
      saveState: this.saveState,
      disposed: new Signal<object, void>({}),
      model: {
        metadataChanged: this.metadataChanged,
        defaultKernelName: this.kernelspec,
        getMetadata: (key: string) => this.metadata[key],
        setMetadata: (key: string, value: unknown) => {
          this.metadata[key] = value;
          this.metadataChanged.emit({ key });
        }
      },
      sessionContext: this
    };
    const specs = {
      default: '',
      kernelspecs: { 'analysis--python3--x': { metadata: { terrarium: {} } } }
    };
    return new RecordKeeper(context as unknown as NotebookContext, {
      api: new RecordApi(this._settings()),
      kernelspecs: { specs } as never,
      enabled: () => this.enabled,
      differs: () => (this.asked += 1)
    });
  }

  async save(): Promise<string> {
    this.saveState.emit('started');
    const text = JSON.stringify(this.metadata);
    this.saveState.emit('completed');
    await settled();
    return text;
  }

  private _settings(): ServerConnection.ISettings {
    return ServerConnection.makeSettings({
      baseUrl: 'http://localhost/',
      fetch: async (input: RequestInfo | URL) => {
        const { method, url } = input as Request;
        this.requests.push(`${method} ${url.replace(/.*\/api\/v1\//, '')}`);
        if (method === 'POST') {
          return new Response(null, { status: 204 });
        }
        return this.running
          ? new Response(
              JSON.stringify({ environment_id: 'e1', record: this.running })
            )
          : new Response('{}', { status: 404 });
      }
    });
  }
}

async function settled(): Promise<void> {
  await new Promise(resolve => setTimeout(resolve, 20));
}

describe('saving a notebook', () => {
  let notebook: FakeNotebook;
  beforeEach(() => {
    notebook = new FakeNotebook();
  });

  it('records what its kernel runs, and changes nothing the second time', async () => {
    notebook.keeper();
    await settled();
    const first = await notebook.save();
    expect(JSON.parse(first)).toEqual({
      terrarium: {
        environment: 'ana/analysis',
        lock_digest: DIGEST,
        version: 1
      }
    });
    expect(await notebook.save()).toBe(first);
    const reports = notebook.requests.filter(one => one.startsWith('POST'));
    expect(reports).toEqual([
      'POST environments/ana/analysis/versions/1/records'
    ]);
  });

  it('leaves a record of something else as it is, and asks once', async () => {
    notebook.metadata.terrarium = toMetadata(RECORD);
    notebook.running = NEWER;
    const keeper = notebook.keeper();
    await settled();
    await notebook.save();
    await notebook.save();
    expect(readRecord(notebook.metadata.terrarium)).toEqual(RECORD);
    expect(notebook.asked).toBe(1);
    expect(notebook.requests.some(one => one.startsWith('POST'))).toBe(false);
    keeper.update();
    expect(readRecord(notebook.metadata.terrarium)).toEqual(NEWER);
  });

  it('follows the kernel through a restart', async () => {
    const keeper = notebook.keeper();
    await settled();
    notebook.statusChanged.emit('restarting');
    // The last sign of the kernel that ends.
    notebook.statusChanged.emit('idle');
    await settled();
    notebook.running = NEWER;
    notebook.connectionStatusChanged.emit('connected');
    await settled();
    expect(keeper.running?.record.version).toBe(2);
  });

  it('records nothing where that is switched off, or under a foreign kernel', async () => {
    notebook.enabled = false;
    notebook.keeper();
    await settled();
    expect(await notebook.save()).toBe('{}');
    notebook = new FakeNotebook();
    notebook.kernel = fakeKernel('k1', 'python3');
    notebook.keeper();
    await settled();
    expect(await notebook.save()).toBe('{}');
    expect(notebook.requests).toEqual([]);
  });

  it('leaves alone what somebody else keeps under the same key', async () => {
    notebook.metadata.terrarium = { plants: 3 };
    notebook.keeper();
    await settled();
    expect(await notebook.save()).toBe('{"terrarium":{"plants":3}}');
  });
});

describe('opening a notebook', () => {
  it('whose kernel is missing starts none, until the recorded one is got', async () => {
    const notebook = new FakeNotebook();
    notebook.metadata.terrarium = toMetadata(RECORD);
    notebook.kernelspec = 'elsewhere--python3--y';
    notebook.kernel = null;
    const keeper = notebook.keeper();
    await settled();
    expect(notebook.kernelPreference).toEqual({
      language: 'python',
      shouldStart: false
    });
    expect(keeper.wanted).toBe(true);
    await keeper.start('analysis--python3--x');
    await settled();
    expect(keeper.wanted).toBe(false);
    expect(keeper.running?.record).toEqual(RECORD);
  });

  it.each([
    ['without a record', undefined, 'elsewhere--python3--y'],
    ['whose kernel is here', toMetadata(RECORD), 'analysis--python3--x']
  ])('%s is left to JupyterLab', async (_, record, kernelspec) => {
    const notebook = new FakeNotebook();
    if (record) {
      notebook.metadata.terrarium = record;
    }
    notebook.kernelspec = kernelspec;
    notebook.kernel = null;
    const keeper = notebook.keeper();
    await settled();
    expect(notebook.kernelPreference).toEqual({ language: 'python' });
    expect(keeper.wanted).toBe(false);
  });
});

describe('the badge of a notebook', () => {
  const says = (
    record: NotebookRecord | null,
    running: NotebookRecord | null
  ) => badgeWords(record, running, 'a kernel', nullTranslator.load(''));

  it('speaks only when the notebook does not run as it was made', () => {
    expect(says(null, RECORD)).toBe('');
    expect(says(RECORD, RECORD)).toBe('');
    expect(badgeWords(RECORD, null, '', nullTranslator.load(''))).toBe('');
    expect(says(RECORD, NEWER)).toBe('Made with version 1, you run 2');
    expect(says(RECORD, { ...RECORD, scratch: true })).toBe(
      'Made with version 1, tried out on top'
    );
    expect(says(RECORD, null)).toBe('Made with ana/analysis, version 1');
  });
});

describe('a record', () => {
  it.each([
    null,
    'x',
    { environment: 'a/b', version: 0, lock_digest: DIGEST },
    { environment: '../b', version: 1, lock_digest: DIGEST },
    { environment: 'a/b', version: 1, lock_digest: '<b>' }
  ])('that nobody of ours wrote is none: %j', value => {
    expect(readRecord(value)).toBeNull();
  });

  it('is the same as long as the files are, whatever they are called', () => {
    expect(relation(RECORD, { ...RECORD, environment: 'ana/renamed' })).toBe(
      'same'
    );
    expect(relation(RECORD, NEWER)).toBe('version');
    expect(relation(RECORD, { ...RECORD, scratch: true })).toBe('version');
    expect(relation(RECORD, { ...NEWER, environment: 'ana/other' })).toBe(
      'other'
    );
    expect(relation(RECORD, null)).toBe('other');
  });

  it('tells a file by a mark that does not contain its name', () => {
    expect(markOf('a.ipynb')).toMatch(/^[0-9a-f]{16}$/);
    expect(markOf('a.ipynb')).not.toBe(markOf('b.ipynb'));
  });
});
