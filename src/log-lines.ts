import type { TranslationBundle } from '@jupyterlab/translation';
import { buildLook } from './states';
import type { BuildLog } from './types';

/** One line as the log view shows it. */
export interface ILogLine {
  /** Time of day, or empty when the event has none. */
  clock: string;
  level: 'info' | 'warning' | 'error' | 'phase';
  text: string;
}

/** The lines that a build's events make; progress is shown elsewhere. */
export function logLines(
  events: BuildLog['events'],
  trans: TranslationBundle
): ILogLine[] {
  const lines: ILogLine[] = [];
  for (const event of events) {
    const clock = clockOf(event.time);
    if (event.kind === 'log') {
      lines.push({ clock, level: event.level, text: event.line });
    } else if (event.kind === 'phase') {
      const text = buildLook(event.phase, trans).word;
      lines.push({ clock, level: 'phase', text });
    } else if (event.kind === 'result') {
      event.warnings.forEach(text =>
        lines.push({ clock, level: 'warning', text })
      );
      if (event.problem) {
        lines.push({ clock, level: 'error', text: event.problem.detail });
      }
    }
  }
  return lines;
}

function clockOf(time: number): string {
  return time > 0 ? new Date(time * 1000).toTimeString().slice(0, 8) : '';
}
