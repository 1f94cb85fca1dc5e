import type { IDisposable } from '@lumino/disposable';

const FIRST = 1000;
const MOST = 30_000;

/** Does something again later, each time twice as late, until `reset`. */
export class Retry implements IDisposable {
  constructor(private _work: () => void) {}

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  /** Do it later; once, however often this is called until then. */
  later(): void {
    if (this._isDisposed || this._timer !== 0) {
      return;
    }
    this._timer = window.setTimeout(() => {
      this._timer = 0;
      this._work();
    }, this._delay);
    this._delay = Math.min(this._delay * 2, MOST);
  }

  /** It worked: the next failure begins with the shortest delay. */
  reset(): void {
    window.clearTimeout(this._timer);
    this._timer = 0;
    this._delay = FIRST;
  }

  dispose(): void {
    this.reset();
    this._isDisposed = true;
  }

  private _timer = 0;
  private _delay = FIRST;
  private _isDisposed = false;
}
