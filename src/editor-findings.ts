import type { TranslationBundle } from '@jupyterlab/translation';

import { textErrorWords } from './editor-words';
import type { PlanModel } from './plan-model';
import type { ITextError } from './spec-yaml';
import type { Finding, Problem } from './types';

/** A finding about the text, and how bad it is. */
export interface ISeverityFinding extends Finding {
  severity: 'error' | 'notice';
}

/**
 * Everything that is known to be wrong or notable with the text that is in view.
 *
 * *answered*: whether the plan still speaks of the lines that are in view.
 */
export function findingsOf(
  error: ITextError | null,
  trans: TranslationBundle,
  plans: Pick<PlanModel, 'plan' | 'problem'>,
  answered: boolean,
  refusal: Problem | null
): ISeverityFinding[] {
  const errors = [
    ...(refusal?.errors ?? []),
    ...(answered && plans.problem ? problemFindings(plans.problem) : [])
  ];
  const notices = answered ? (plans.plan?.notices ?? []) : [];
  if (errors.length === 0 && error) {
    const place = { line: error.line, column: error.column };
    const message = textErrorWords(error, trans);
    errors.push({ message, hint: '', place, path: '' });
  }
  return [
    ...errors.map(item => ({ ...item, severity: 'error' as const })),
    ...notices.map(item => ({ ...item, severity: 'notice' as const }))
  ];
}

/** The findings that are in view, which outlast the plan that they came with. */
export class ShownFindings {
  get items(): readonly ISeverityFinding[] {
    return this._items;
  }

  /** Findings stay while the next plan is under way, unless their lines have moved. */
  update(
    text: string,
    error: ITextError | null,
    trans: TranslationBundle,
    plans: Pick<PlanModel, 'plan' | 'problem' | 'fresh'>,
    refusal: Problem | null
  ): void {
    const lines = text.split('\n').length;
    if (plans.fresh) {
      this._plannedLines = lines;
    }
    const answered = plans.fresh || lines === this._plannedLines;
    this._items = findingsOf(error, trans, plans, answered, refusal);
  }

  private _items: readonly ISeverityFinding[] = [];
  private _plannedLines = -1;
}

/** What a problem says about lines: those of its explanation, which are the fewest. */
function problemFindings(problem: Problem): Finding[] {
  const lines = problem.explanation?.lines ?? [];
  const placed = lines.filter(line => line.place !== null);
  return placed.length === 0
    ? problem.errors
    : placed.map(({ place, why }) => ({
        message: why,
        hint: '',
        place,
        path: ''
      }));
}

/** What findings are looked up by: a key path, and the line it stands on. */
export interface IFindable {
  path: string;
  line: number;
}

/** The findings about one entry of the form. */
export function findingsAt(
  findings: readonly ISeverityFinding[],
  entry: IFindable
): ISeverityFinding[] {
  return findings.filter(item =>
    item.path
      ? item.path === entry.path
      : item.place !== null && item.place.line === entry.line
  );
}

/** The findings that none of *entries* shows. */
export function findingsElsewhere(
  findings: readonly ISeverityFinding[],
  entries: readonly IFindable[]
): ISeverityFinding[] {
  const shown = new Set(entries.flatMap(entry => findingsAt(findings, entry)));
  return findings.filter(item => !shown.has(item));
}
