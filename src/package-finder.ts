import type { IDisposable } from '@lumino/disposable';
import { Signal, type ISignal } from '@lumino/signaling';
import type { EnvironmentSummary, IPage, TerrariumEvent } from './types';

/** Milliseconds without typing after which the server is asked. */
export const FIND_DELAY = 200;
/** The server looks for shorter words in names and titles only, which are known here. */
const SHORTEST_WORD = 2;

/** Asks the server for environments that match a filter, page by page. */
export type FindSource = (
  text: string,
  cursor: string | null,
  signal: AbortSignal
) => Promise<IPage<EnvironmentSummary>>;

/** By environment id: packages like `numpy 2.1.3` by which a filter found it. */
export type FoundPackages = ReadonlyMap<string, readonly string[]>;

/**
 * Environments that have the packages that are typed into the filter.
 *
 * The server is asked when typing pauses; a newer text cancels the older request, whose
 * answer is dropped even when it arrives. Until the next answer is there, what was found for
 * a shorter or longer form of the text stays in view, so that no row goes and comes back.
 */
export class PackageFinder implements IDisposable {
  constructor(source: FindSource, delay = FIND_DELAY) {
    this._source = source;
    this._delay = delay;
  }

  /** Something below has changed. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get found(): FoundPackages {
    return this._found;
  }

  /** Whether `found` and `error` are the answer to *text*. */
  hasAnswered(text: string): boolean {
    return this._controller === null && normalised(text) === this._text;
  }

  /** Why the server could not be asked; null when it could. */
  get error(): unknown {
    return this._error;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  /** Find what has *text*, the whole text of the filter, once typing pauses. */
  find(text: string): void {
    const wanted = normalised(text);
    if (this._isDisposed || wanted === this._text) {
      return;
    }
    if (!wanted.startsWith(this._text) && !this._text.startsWith(wanted)) {
      this._found = NOTHING;
    }
    this._text = wanted;
    this._begin();
  }

  /** Ask again, since environments have changed. */
  again(): void {
    if (!this._isDisposed && this._text !== '') {
      this._begin();
    }
  }

  dispose(): void {
    if (this._isDisposed) {
      return;
    }
    this._isDisposed = true;
    this._stop();
    Signal.clearData(this);
  }

  private _begin(): void {
    this._stop();
    this._error = null;
    if (mayBePackage(this._text)) {
      const controller = new AbortController();
      this._controller = controller;
      this._timer = window.setTimeout(
        () => void this._ask(this._text, controller),
        this._delay
      );
    } else {
      this._found = NOTHING;
    }
    this._changed.emit();
  }

  private async _ask(text: string, controller: AbortController): Promise<void> {
    const { signal } = controller;
    const before = this._found;
    const found = new Map<string, readonly string[]>();
    try {
      let cursor: string | null = null;
      do {
        const page: IPage<EnvironmentSummary> = await this._source(
          text,
          cursor,
          signal
        );
        if (signal.aborted) {
          return;
        }
        for (const { id, matched_packages: packages } of page.items) {
          if (packages.length > 0) {
            found.set(id, packages);
          }
        }
        cursor = page.next_cursor;
        if (cursor !== null) {
          this._found = new Map([...before, ...found]);
          this._changed.emit();
        }
      } while (cursor !== null);
      this._found = found;
    } catch (error) {
      if (signal.aborted) {
        return;
      }
      this._error = error;
    }
    this._controller = null;
    this._changed.emit();
  }

  private _stop(): void {
    window.clearTimeout(this._timer);
    this._controller?.abort();
    this._controller = null;
  }

  private readonly _source: FindSource;
  private readonly _delay: number;
  private readonly _changed = new Signal<this, void>(this);
  private _text = '';
  private _found: FoundPackages = NOTHING;
  private _error: unknown = null;
  private _controller: AbortController | null = null;
  private _timer = 0;
  private _isDisposed = false;
}

/** Whether the packages of an environment may be others after this event. */
export function changesPackages(event: TerrariumEvent): boolean {
  return (
    event.kind === 'environment-created' ||
    event.kind === 'current-changed' ||
    (event.kind === 'build-changed' &&
      (event.data.state === 'ready' || event.data.state === 'failed'))
  );
}

function normalised(text: string): string {
  return text.trim().toLowerCase().replace(/\s+/g, ' ');
}

function mayBePackage(text: string): boolean {
  return text
    .split(' ')
    .some(word => word.length >= SHORTEST_WORD && !word.includes('/'));
}

const NOTHING: FoundPackages = new Map();
