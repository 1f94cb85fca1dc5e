import type { TranslationBundle } from '@jupyterlab/translation';
import type { LabIcon } from '@jupyterlab/ui-components';
import {
  buildingIcon,
  cancelledIcon,
  failedIcon,
  queuedIcon,
  readyIcon,
  warningIcon
} from './icons';
import { isEnded } from './model-order';
import type {
  Build,
  BuildState,
  EnvironmentSummary,
  VersionState
} from './types';

/** Everything by which a state is told: an icon, a word, a colour (by its name in CSS). */
export interface IStateLook {
  icon: LabIcon;
  word: string;
  /** The word where there is little room; default: the same. */
  short?: string;
  tone: 'ready' | 'warning' | 'failed' | 'idle' | 'active';
}

/** The state of a version, in icon, word and colour. */
export function versionLook(
  state: VersionState,
  trans: TranslationBundle
): IStateLook {
  switch (state) {
    case 'ready':
      return { icon: readyIcon, word: trans.__('ready'), tone: 'ready' };
    case 'ready-with-warning':
      return {
        icon: warningIcon,
        word: trans.__('ready, with a warning'),
        short: trans.__('warning'),
        tone: 'warning'
      };
    case 'failed':
      return { icon: failedIcon, word: trans.__('failed'), tone: 'failed' };
    case 'cancelled':
      return {
        icon: cancelledIcon,
        word: trans.__('cancelled'),
        tone: 'idle'
      };
    case 'building':
      return { icon: buildingIcon, word: trans.__('building'), tone: 'active' };
  }
}

/** The state of a build, in icon, word and colour. */
export function buildLook(
  state: BuildState,
  trans: TranslationBundle
): IStateLook {
  const active = (word: string): IStateLook => ({
    icon: state === 'queued' ? queuedIcon : buildingIcon,
    word,
    tone: 'active'
  });
  switch (state) {
    case 'ready':
    case 'failed':
    case 'cancelled':
      return versionLook(state, trans);
    case 'queued':
      return active(trans.__('queued'));
    case 'solving':
      return active(trans.__('solving'));
    case 'fetching':
      return active(trans.__('fetching'));
    case 'linking':
      return active(trans.__('linking'));
    case 'finishing':
      return active(trans.__('finishing'));
  }
}

/** The build of *item* that has not ended, if there is one. */
export function activeBuild(item: EnvironmentSummary): Build | null {
  return item.build && !isEnded(item.build) ? item.build : null;
}

/** How an environment looks: its build while one runs, else its state. */
export function environmentLook(
  item: EnvironmentSummary,
  trans: TranslationBundle
): IStateLook {
  const build = activeBuild(item);
  if (build) {
    return buildLook(build.state, trans);
  }
  const look = versionLook(item.state, trans);
  // What runs is as good as it was: it was a newer version that did not come to be.
  return item.state === 'failed' && item.current !== null
    ? {
        ...look,
        word: trans.__('version %1 failed', item.latest),
        short: trans.__('v%1 failed', item.latest),
        tone: 'warning',
        icon: warningIcon
      }
    : look;
}

/** `fetching 12/33`: the phase, and how far it is where that is known. */
export function progressWord(build: Build, trans: TranslationBundle): string {
  if (build.cancel_requested && !isEnded(build)) {
    return trans.__('cancelling');
  }
  const { word } = buildLook(build.state, trans);
  if (build.state === 'queued' && build.position && build.position > 1) {
    return trans.__('%1, %2 before it', word, build.position - 1);
  }
  const { packages_done: done, packages_total: total } = build.progress;
  return total > 0 && countsPackages(build.state)
    ? `${word} ${done}/${total}`
    : word;
}

/**
 * How much of a build is done, from 0 to 1. Phases have fixed shares, so that the bar
 * never goes back; null while nothing can be said.
 */
export function progressShare(build: Build): number | null {
  const { progress, state } = build;
  const byCount = ratio(progress.packages_done, progress.packages_total);
  const byBytes = ratio(progress.bytes_done, progress.bytes_total);
  switch (state) {
    case 'queued':
      return 0;
    case 'solving':
      return null;
    case 'fetching':
      return 0.05 + 0.45 * (byBytes ?? byCount ?? 0);
    case 'linking':
      return 0.5 + 0.4 * (byCount ?? 0);
    case 'finishing':
      return 0.9 + 0.1 * (byCount ?? 0);
    default:
      return 1;
  }
}

function countsPackages(state: BuildState): boolean {
  return state === 'fetching' || state === 'linking' || state === 'finishing';
}

function ratio(done: number, total: number): number | null {
  return total > 0 ? Math.min(1, done / total) : null;
}
