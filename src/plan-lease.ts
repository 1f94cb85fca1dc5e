import type { IDisposable } from '@lumino/disposable';

/** Milliseconds between two signs that a plan is looked at; the server waits for 12 seconds. */
export const LEASE_INTERVAL = 4000;

/** What a lease needs of the server, and of the page. */
export interface IPlanLeaseOptions {
  /** Say that a plan is on the screen. */
  shown: (plan: string) => Promise<void>;
  /** Say that it has left the screen. */
  hidden: (plan: string) => Promise<void>;
  /** Milliseconds; default `LEASE_INTERVAL`. */
  interval?: number;
}

/**
 * Tells the server which plan somebody looks at, again and again while that is so.
 *
 * The server fetches its package files meanwhile. When the plan changes, when its tab or the whole
 * page is out of sight, and at the end, the server is told at once.
 */
export class PlanLease implements IDisposable {
  constructor(options: IPlanLeaseOptions) {
    this._options = options;
    document.addEventListener('visibilitychange', this._check);
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  /** This plan, or none, is in a tab that is in sight if *visible*. */
  update(plan: string | null, visible: boolean): void {
    this._wanted = visible ? plan : null;
    this._check();
  }

  dispose(): void {
    if (this._isDisposed) {
      return;
    }
    document.removeEventListener('visibilitychange', this._check);
    this.update(null, false);
    this._isDisposed = true;
  }

  private readonly _check = (): void => {
    const plan = document.visibilityState === 'hidden' ? null : this._wanted;
    if (this._isDisposed || plan === this._held) {
      return;
    }
    window.clearInterval(this._timer);
    if (this._held !== null) {
      this._tell(this._options.hidden, this._held);
    }
    this._held = plan;
    if (plan !== null) {
      this._tell(this._options.shown, plan);
      this._timer = window.setInterval(
        () => this._tell(this._options.shown, plan),
        this._options.interval ?? LEASE_INTERVAL
      );
    }
  };

  private _tell(say: (plan: string) => Promise<void>, plan: string): void {
    // Nothing on the screen depends on it: without it the build fetches what it needs.
    say(plan).catch(reason => console.debug('Terrarium: no lease', reason));
  }

  private readonly _options: IPlanLeaseOptions;
  private _wanted: string | null = null;
  private _held: string | null = null;
  private _timer = 0;
  private _isDisposed = false;
}
