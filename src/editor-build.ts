import { ApiProblem } from './api';
import type { IBuilt } from './editor-types';
import type { PlanModel } from './plan-model';
import type { OtherVersion, Problem } from './types';

/** What a button was pressed without: a name, a reason, or a plan that can be built. */
export type Missing = 'name' | 'reason' | 'plan' | null;

/** What an attempt to build needs of the editor. */
export interface IBuildAttemptOptions {
  plans: PlanModel;
  /** Something that is shown has changed. */
  changed: () => void;
}

/** *Build* in an editor: whether it is under way, and why the last one came to nothing. */
export class BuildAttempt {
  constructor(private readonly _options: IBuildAttemptOptions) {}

  /** Whether it is under way. */
  get building(): boolean {
    return this._building;
  }

  /** Why the last one was refused; null after the next change. */
  get refusal(): Problem | null {
    return this._refusal;
  }

  /** What it was pressed without. */
  get missing(): Missing {
    return this._missing;
  }

  /** What somebody else has saved meanwhile; stays until it is settled. */
  get conflict(): OtherVersion | null {
    return this._conflict;
  }

  /** What was refused is about a text that has changed. */
  forget(): void {
    this._refusal = null;
    this._missing = null;
  }

  /** The text is to follow what somebody else has saved. */
  settle(): void {
    this._conflict = null;
    this._refusal = null;
  }

  /**
   * Send what is in view, under the plan that is in view.
   *
   * Null when it was refused: `missing` or `refusal` say why.
   */
  async run(
    absent: 'name' | 'reason' | null,
    send: () => Promise<IBuilt>
  ): Promise<IBuilt | null> {
    const { plans, changed } = this._options;
    if (this._building) {
      return null;
    }
    this.forget();
    if (absent) {
      this._missing = absent;
      changed();
      return null;
    }
    this._building = true;
    changed();
    try {
      await plans.settle();
      if (plans.isDisposed || this._blocked()) {
        this._missing = 'plan';
        return null;
      }
      return await send();
    } catch (error) {
      if (!(error instanceof ApiProblem)) {
        throw error;
      }
      this._refusal = error.problem;
      this._conflict = error.problem.conflict ?? this._conflict;
      if (error.problem.status === 409) {
        // What the plan was compared with has moved: show how it looks now.
        plans.again();
      }
      return null;
    } finally {
      this._building = false;
      changed();
    }
  }

  /** Whether the plan says that this cannot be built, rather than that it cannot tell. */
  private _blocked(): boolean {
    const status = this._options.plans.problem?.status ?? 0;
    return status >= 400 && status < 500;
  }

  private _building = false;
  private _refusal: Problem | null = null;
  private _missing: Missing = null;
  private _conflict: OtherVersion | null = null;
}
