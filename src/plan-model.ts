import type { IDisposable } from '@lumino/disposable';
import { Signal, type ISignal } from '@lumino/signaling';

import { ApiProblem } from './api';
import type { Explanation, Plan, PlanRequest, Problem } from './types';

/** Milliseconds without typing after which a plan is asked for. */
export const PLAN_DELAY = 300;

/** What asks the server; rejects with `ApiProblem`, or with anything once aborted. */
export type PlanSource = (
  request: PlanRequest,
  signal: AbortSignal
) => Promise<Plan>;

/** What finds out why a plan has a problem, and edits that help. */
export type ExplanationSource = (
  plan: string,
  signal: AbortSignal
) => Promise<Explanation>;

/** Options of a plan model. */
export interface IPlanModelOptions {
  source: PlanSource;
  /** Asked after the problem is in view: no plan waits for it. */
  explain: ExplanationSource;
  /** Milliseconds; default `PLAN_DELAY`. */
  delay?: number;
}

/**
 * The plan for what is being typed.
 *
 * Requests wait until typing pauses; a newer one cancels the older one, whose answer is dropped
 * even when it arrives. The last plan stays in view until the next one is there, so that
 * nothing flickers: `fresh` says whether it belongs to the last request.
 */
export class PlanModel implements IDisposable {
  constructor(options: IPlanModelOptions) {
    this._source = options.source;
    this._explain = options.explain;
    this._delay = options.delay ?? PLAN_DELAY;
  }

  /** Something that is shown has changed. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** The last plan, also one with a problem; null before the first and after an error answer. */
  get plan(): Plan | null {
    return this._plan;
  }

  /** Why there is no plan, or why the plan cannot be built. */
  get problem(): Problem | null {
    return this._plan?.problem ?? this._error;
  }

  /** Whether `plan` and `problem` answer the last request. */
  get fresh(): boolean {
    return this._answered && !this._busy;
  }

  /** Whether a request is waiting or under way. */
  get busy(): boolean {
    return this._busy;
  }

  /** Whether what helps with the plan's problem is still being looked for. */
  get explaining(): boolean {
    return this.fresh && this._plan?.explained === false;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  /** Plan *request* once typing pauses; null: there is nothing to plan. */
  update(request: PlanRequest | null): void {
    if (this._isDisposed) {
      return;
    }
    this._stop();
    this._request = request;
    this._answered = false;
    this._busy = request !== null;
    if (request === null) {
      this._plan = null;
      this._error = null;
    } else {
      this._timer = window.setTimeout(() => void this._ask(), this._delay);
    }
    this._changed.emit();
  }

  /** Ask now for what is waiting, and resolve when the last request has its answer. */
  async settle(): Promise<void> {
    if (this._timer !== null) {
      void this._ask();
    }
    while (this._busy && !this._isDisposed) {
      await new Promise<void>(resolve => {
        const listen = () => {
          this._changed.disconnect(listen);
          resolve();
        };
        this._changed.connect(listen);
      });
    }
  }

  /** Ask again for the last request, at once. */
  again(): void {
    if (this._request) {
      this.update(this._request);
      void this._ask();
    }
  }

  dispose(): void {
    if (this._isDisposed) {
      return;
    }
    this._stop();
    this._isDisposed = true;
    this._busy = false;
    this._changed.emit();
    Signal.clearData(this);
  }

  private async _ask(): Promise<void> {
    this._stop();
    const request = this._request;
    if (request === null) {
      return;
    }
    const controller = new AbortController();
    this._controller = controller;
    let plan: Plan | null = null;
    let error: Problem | null = null;
    try {
      plan = await this._source(request, controller.signal);
    } catch (reason) {
      error = reason instanceof ApiProblem ? reason.problem : unknown(reason);
    }
    // An aborted request may still answer; only the newest one counts.
    if (this._controller !== controller || this._isDisposed) {
      return;
    }
    this._controller = null;
    this._plan = plan;
    this._error = error;
    this._answered = true;
    this._busy = false;
    this._changed.emit();
    if (this.explaining && plan) {
      await this._look(plan);
    }
  }

  /** Find out why *plan* has a problem; without an answer its own words stay. */
  private async _look(plan: Plan): Promise<void> {
    const controller = new AbortController();
    this._controller = controller;
    const explanation = await this._explain(plan.id, controller.signal).catch(
      () => plan.problem?.explanation ?? null
    );
    if (this._controller !== controller || this._isDisposed) {
      return;
    }
    this._controller = null;
    const problem = plan.problem && { ...plan.problem, explanation };
    this._plan = { ...plan, problem, explained: true };
    this._changed.emit();
  }

  private _stop(): void {
    if (this._timer !== null) {
      window.clearTimeout(this._timer);
      this._timer = null;
    }
    this._controller?.abort();
    this._controller = null;
  }

  private readonly _source: PlanSource;
  private readonly _explain: ExplanationSource;
  private readonly _delay: number;
  private readonly _changed = new Signal<this, void>(this);
  private _request: PlanRequest | null = null;
  private _plan: Plan | null = null;
  private _error: Problem | null = null;
  private _answered = false;
  private _busy = false;
  private _timer: number | null = null;
  private _controller: AbortController | null = null;
  private _isDisposed = false;
}

function unknown(reason: unknown): Problem {
  return {
    type: 'about:blank',
    title: '',
    status: 0,
    detail: reason instanceof Error ? reason.message : String(reason),
    hint: '',
    code: 'unknown',
    errors: [],
    raw: '',
    conflict: null,
    explanation: null
  };
}
