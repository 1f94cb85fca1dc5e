import { isEnded } from './model-order';
import type { Build, BuildState } from './types';

/** One phase in the stepper. */
export interface IBuildStep {
  phase: BuildState;
  /** `skipped`: the build ended well without it (a reused prefix, a known lock). */
  status: 'done' | 'active' | 'todo' | 'skipped' | 'stopped';
  seconds: number | null;
}

const PHASES: BuildState[] = ['solving', 'fetching', 'linking', 'finishing'];

/** Seconds from start to end of a build; null while it runs or when it never started. */
export function buildSeconds(build: Build): number | null {
  if (!build.started || !build.finished) {
    return null;
  }
  return (Date.parse(build.finished) - Date.parse(build.started)) / 1000;
}

/** The phases that every build may pass, and how this one stands in each. */
export function buildSteps(build: Build): IBuildStep[] {
  const entered = new Map(build.phases.map(item => [item.phase, item]));
  const ended = isEnded(build);
  const last = PHASES.filter(phase => entered.has(phase)).pop();
  return PHASES.map(phase => {
    const item = entered.get(phase);
    const seconds = item?.seconds ?? null;
    return { phase, seconds, status: status(phase) };
  });

  function status(phase: BuildState): IBuildStep['status'] {
    if (!ended && phase === build.state) {
      return 'active';
    }
    if (!entered.has(phase)) {
      const passed = last !== undefined && before(phase, last);
      return build.state === 'ready' || passed ? 'skipped' : 'todo';
    }
    if (phase === last && ended && build.state !== 'ready') {
      return 'stopped';
    }
    return 'done';
  }
}

function before(phase: BuildState, other: BuildState): boolean {
  return PHASES.indexOf(phase) < PHASES.indexOf(other);
}
