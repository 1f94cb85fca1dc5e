import type { Finding, Problem } from './types';

/** An error answer of the server (RFC 9457), or no answer at all (status 0). */
export class ApiProblem extends Error {
  constructor(readonly problem: Problem) {
    super(problem.detail || problem.title);
    this.name = 'ApiProblem';
  }

  /** HTTP status, 0 when there was no answer. */
  get status(): number {
    return this.problem.status;
  }

  /** Stable kebab-case name of the cause. */
  get code(): string {
    return this.problem.code;
  }

  /** What to do about it, possibly empty. */
  get hint(): string {
    return this.problem.hint;
  }

  /** Places in the specification, for errors about one. */
  get errors(): readonly Finding[] {
    return this.problem.errors;
  }
}

/** What a request that got no answer is told as. */
export function noAnswer(error: unknown): Problem {
  const detail = error instanceof Error ? error.message : String(error);
  return {
    type: 'about:blank',
    title: detail,
    status: 0,
    detail,
    hint: '',
    code: 'no-answer',
    errors: [],
    raw: '',
    conflict: null,
    explanation: null
  };
}

/** The problem in an error answer, whoever wrote it. */
export async function readProblem(response: Response): Promise<Problem> {
  const text = await response.text();
  let body: Partial<Problem> & { message?: string } = {};
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed === 'object' && parsed !== null) {
      body = parsed;
    }
  } catch {
    // Not ours: a proxy's or Tornado's page; the status line has to do.
  }
  const status = response.status;
  return {
    type: body.type ?? 'about:blank',
    title: body.title ?? response.statusText,
    status,
    detail: body.detail ?? body.message ?? `${status} ${response.statusText}`,
    hint: body.hint ?? '',
    code: body.code ?? `http-${status}`,
    errors: body.errors ?? [],
    raw: body.raw ?? '',
    conflict: body.conflict ?? null,
    explanation: body.explanation ?? null
  };
}
