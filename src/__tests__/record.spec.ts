import { ServerConnection } from '@jupyterlab/services';
import { Signal } from '@lumino/signaling';
import { markOf, readRecord, relation, toMetadata } from '../record';
import { RecordApi } from '../record-api';
import { RecordKeeper, type NotebookContext } from '../record-keeper';
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
  readonly statusChanged = new Signal<object, string>({});
  kernel = { id: 'k1', name: 'analysis--python3--x' };

  keeper(): RecordKeeper {
    const context = {
      path: 'a.ipynb',
      saveState: this.saveState,
      disposed: new Signal<object, void>({}),
      model: {
        metadataChanged: this.metadataChanged,
        getMetadata: (key: string) => this.metadata[key],
        setMetadata: (key: string, value: unknown) => {
          this.metadata[key] = value;
          this.metadataChanged.emit({ key });
        }
      },
      sessionContext: {
        session: { kernel: this.kernel },
        kernelChanged: this.kernelChanged,
        statusChanged: this.statusChanged
      }
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
    notebook.running = NEWER;
    notebook.statusChanged.emit('restarting');
    notebook.statusChanged.emit('idle');
    await settled();
    expect(keeper.running?.record.version).toBe(2);
  });

  it('records nothing where that is switched off, or under a foreign kernel', async () => {
    notebook.enabled = false;
    notebook.keeper();
    await settled();
    expect(await notebook.save()).toBe('{}');
    notebook = new FakeNotebook();
    notebook.kernel.name = 'python3';
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
