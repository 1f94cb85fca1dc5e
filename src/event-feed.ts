import type { IDisposable } from '@lumino/disposable';
import type { EventPage, TerrariumEvent } from './types';

/** As many events as the server gives at once; after so many there may be more. */
const FULL_PAGE = 500;
/** Milliseconds without an event, while one is expected, after which we ask once. */
const SILENCE = 10_000;

/** What the feed reads from, and whom it tells. */
export interface IEventFeedOptions {
  /** Events after this sequence number. */
  fetch: (after: number) => Promise<EventPage>;
  /** Take over what the events are about; when it fails, they are fetched again. */
  apply: (events: readonly TerrariumEvent[]) => Promise<void>;
  /** A page was taken over; it may be an empty one. */
  applied: (events: readonly TerrariumEvent[]) => void;
  /** The server did not answer. */
  failed: () => void;
  /** Whether an event is expected, so that silence is suspicious: one may have been lost. */
  expectant: () => boolean;
}

/** Server events in order, each once, fetched whenever somebody says that there are some. */
export class EventFeed implements IDisposable {
  constructor(private readonly _options: IEventFeedOptions) {}

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  /** What was fetched otherwise holds everything up to this event. */
  startAfter(sequence: number): void {
    this._last = sequence;
  }

  /** Fetch and take over what happened since the last event that is known. */
  async catchUp(): Promise<void> {
    if (this._pulling) {
      this._again = true;
      return;
    }
    this._pulling = true;
    try {
      do {
        this._again = false;
        await this._pull();
      } while (this._again && !this._isDisposed);
    } catch {
      this._options.failed();
    } finally {
      this._pulling = false;
      this._listenForSilence();
    }
  }

  dispose(): void {
    this._isDisposed = true;
    window.clearTimeout(this._timer);
  }

  private async _pull(): Promise<void> {
    const { events, last } = await this._options.fetch(this._last);
    this._again = this._again || events.length >= FULL_PAGE;
    if (events.length > 0) {
      await this._options.apply(events);
    }
    // Only now: what could not be fetched is asked for again.
    this._last = last;
    this._options.applied(events);
  }

  private _listenForSilence(): void {
    window.clearTimeout(this._timer);
    if (!this._isDisposed && this._options.expectant()) {
      this._timer = window.setTimeout(() => void this.catchUp(), SILENCE);
    }
  }

  private _last = 0;
  private _pulling = false;
  private _again = false;
  private _timer = 0;
  private _isDisposed = false;
}
