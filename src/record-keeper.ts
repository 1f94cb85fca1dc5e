import type { NotebookPanel } from '@jupyterlab/notebook';
import type { Kernel, KernelSpec } from '@jupyterlab/services';
import type { IDisposable } from '@lumino/disposable';
import { Signal, type ISignal } from '@lumino/signaling';
import { ApiProblem } from './api';
import {
  labels,
  markOf,
  readRecord,
  RECORD_KEY,
  relation,
  toMetadata
} from './record';
import type { RecordApi } from './record-api';
import type { NotebookRecord, RunningKernel } from './types';

/** What a keeper needs of the application. */
export interface IKeeperSurroundings {
  api: RecordApi;
  kernelspecs: Pick<KernelSpec.IManager, 'specs'>;
  /** Whether notebooks are to remember. */
  enabled: () => boolean;
  /** The record was left as it is although something else runs; told once. */
  differs: (keeper: RecordKeeper) => void;
}

/** The document of a notebook, as far as its record goes. */
export type NotebookContext = Pick<
  NotebookPanel['context'],
  'model' | 'path' | 'ready' | 'saveState' | 'sessionContext' | 'disposed'
>;

/** Keeps the record of one open notebook: what it was made with, and what runs now. */
export class RecordKeeper implements IDisposable {
  constructor(
    readonly context: NotebookContext,
    private readonly _app: IKeeperSurroundings
  ) {
    const { sessionContext, model } = context;
    context.saveState.connect(this._onSave, this);
    model.metadataChanged.connect(this._onMetadata, this);
    sessionContext.kernelChanged.connect(this._onKernel, this);
    sessionContext.statusChanged.connect(this._onStatus, this);
    sessionContext.connectionStatusChanged.connect(this._onConnection, this);
    context.disposed.connect(this.dispose, this);
    void context.ready.then(() => this._guard());
    void this._ask();
  }

  /** What the notebook was made with; null when it does not say. */
  get record(): NotebookRecord | null {
    return readRecord(this.context.model.getMetadata(RECORD_KEY));
  }

  /** What runs; null for a kernel that is none of ours, undefined while that is not known. */
  get running(): RunningKernel | null | undefined {
    return this._running;
  }

  /** Whether what the notebook records is to be offered: nothing runs, or it is to be built. */
  get wanted(): boolean {
    return this._wanted;
  }

  /** Offer what the notebook records. */
  want(): void {
    this._wanted = true;
    this._changed.emit();
  }

  /** Start this kernel in the notebook. */
  async start(name: string): Promise<void> {
    const { sessionContext } = this.context;
    sessionContext.kernelPreference = {
      ...sessionContext.kernelPreference,
      name,
      shouldStart: true
    };
    await sessionContext.changeKernel({ name });
  }

  /** Name of the kernel that runs; empty without one. */
  get kernelName(): string {
    return this._kernel?.name ?? '';
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    if (!this._isDisposed) {
      this._isDisposed = true;
      Signal.clearData(this);
    }
  }

  /** Make what runs the record of the notebook, on request. */
  update(): void {
    if (this._running) {
      this._write(this._running.record);
    }
  }

  /**
   * Where the kernel of the notebook is missing JupyterLab would start another one of its
   * language, or ask in a dialog. It decides after this: it looks for a session first.
   */
  private _guard(): void {
    const { model, sessionContext } = this.context;
    const specs = this._app.kernelspecs.specs?.kernelspecs ?? {};
    if (this.record && !this._kernel && !specs[model.defaultKernelName]) {
      sessionContext.kernelPreference = {
        ...sessionContext.kernelPreference,
        shouldStart: false
      };
      this.want();
    }
  }

  private get _kernel(): Kernel.IKernelConnection | null {
    return this.context.sessionContext.session?.kernel ?? null;
  }

  private _onSave(_: unknown, state: string): void {
    // It is told before the content is made into text, so that this is saved, too.
    if (state === 'started') {
      this._remember();
    } else if (state === 'completed') {
      void this._report();
    }
  }

  private _remember(): void {
    const running = this._running?.record;
    if (!running || !this._app.enabled()) {
      return;
    }
    const { model } = this.context;
    const { record } = this;
    if (record === null) {
      // Metadata of somebody else's under our key is not ours to write over.
      if (model.getMetadata(RECORD_KEY) === undefined) {
        this._write(running);
      }
    } else if (relation(record, running) !== 'same' && !this._told) {
      this._told = true;
      this._app.differs(this);
    }
  }

  private _write(record: NotebookRecord): void {
    this.context.model.setMetadata(RECORD_KEY, toMetadata(record));
  }

  /** The version that the notebook was saved on is kept; told once for each. */
  private async _report(): Promise<void> {
    const { record } = this;
    const running = this._running?.record;
    if (!record || !running || relation(record, running) !== 'same') {
      return;
    }
    const { namespace, name } = labels(running);
    const mark = markOf(window.location.host + '\n' + this.context.path);
    const told = `${mark} ${running.environment}@${running.version}`;
    if (told === this._reported) {
      return;
    }
    this._reported = told;
    try {
      await this._app.api.report(namespace, name, running.version, mark);
    } catch (error) {
      // Whoever has a link and no role reports nothing: the link keeps the version.
      if (!(error instanceof ApiProblem && error.status === 404)) {
        this._reported = '';
      }
    }
  }

  private _onKernel(): void {
    this._told = false;
    this._wanted = this._wanted && !this._kernel;
    void this._ask();
  }

  private _onStatus(_: unknown, status: Kernel.Status): void {
    if (status === 'restarting' || status === 'autorestarting') {
      // It starts with what is current then.
      this._stale = true;
    } else if (status === 'idle' && this._stale) {
      void this._ask();
    }
  }

  private _onConnection(_: unknown, status: Kernel.ConnectionStatus): void {
    // After a restart the answer that came before the new connection was the old kernel's.
    if (status === 'connected') {
      void this._ask();
    }
  }

  private _onMetadata(_: unknown, change: { key?: string }): void {
    if (!change.key || change.key === RECORD_KEY) {
      this._changed.emit();
    }
  }

  /** Ask what the kernel runs; foreign kernels are not asked about. */
  private async _ask(): Promise<void> {
    const kernel = this._kernel;
    const question = ++this._questions;
    this._running = kernel && this._isOurs(kernel.name) ? undefined : null;
    this._stale = false;
    this._changed.emit();
    if (!kernel || this._running === null) {
      return;
    }
    let found: RunningKernel | undefined;
    try {
      // The server answers a restart before the new process runs. When the kernel itself
      // answers, its launcher has noted what it runs.
      await kernel.requestKernelInfo();
      found = await this._app.api.running(kernel.id);
    } catch {
      // The server may be away: it is asked again when the kernel is idle.
      found = undefined;
    }
    // An answer to an older question may be about the kernel before a restart.
    if (this._questions === question && !this._isDisposed) {
      this._running = found;
      this._stale = this._stale || !found;
      this._changed.emit();
    }
  }

  private _isOurs(name: string): boolean {
    return Boolean(
      this._app.kernelspecs.specs?.kernelspecs[name]?.metadata?.[RECORD_KEY]
    );
  }

  private _running: RunningKernel | null | undefined = undefined;
  private _questions = 0;
  private _stale = false;
  private _reported = '';
  private _told = false;
  private _wanted = false;
  private _isDisposed = false;
  private _changed = new Signal<this, void>(this);
}
