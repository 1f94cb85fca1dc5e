import type { TranslationBundle } from '@jupyterlab/translation';

import { channelName, formatAbout, formatBytes } from './format';
import type { ILockfileText } from './lockfile-text';
import type { ITextError } from './spec-yaml';
import type { Plan, PlanChange, PlanPlatform } from './types';

/** Why the form cannot show the text. */
export function textErrorWords(
  error: ITextError,
  trans: TranslationBundle
): string {
  switch (error.kind) {
    case 'syntax':
      return error.message;
    case 'no-mapping':
      return trans.__('A specification consists of keys with values.');
    case 'alias':
      return trans.__('References such as *name cannot be used here.');
    case 'want-list':
      return trans.__('"%1" must be a list.', error.key);
    case 'want-mapping':
      return trans.__('"%1" must consist of keys with values.', error.key);
  }
}

/** What a lockfile is, and what is done with it. */
export function lockfileWords(
  { packages, platforms, wantsPython }: ILockfileText,
  trans: TranslationBundle
): string {
  if (wantsPython) {
    return trans._n(
      'This is a lockfile of %1 Python package: it is installed exactly as it is listed; only the Python for it is solved.',
      'This is a lockfile of %1 Python packages: they are installed exactly as they are listed; only the Python for them is solved.',
      packages
    );
  }
  return trans._n(
    'This is a lockfile of %1 package for %2: it is built as it is, nothing is solved.',
    'This is a lockfile of %1 packages for %2: it is built as it is, nothing is solved.',
    packages,
    platforms.join(', ') || trans.__('any platform')
  );
}

/** The groups in which changes are counted, in order of interest. */
export const CHANGE_ORDER: readonly PlanChange['change'][] = [
  'removed',
  'down',
  'up',
  'rebuilt',
  'channel',
  'added',
  'kept'
];

/** What happens to a package, in a word and a sign. */
export function changeWord(
  change: PlanChange['change'],
  trans: TranslationBundle
): { sign: string; word: string } {
  switch (change) {
    case 'added':
      return { sign: '+', word: trans.__('new') };
    case 'removed':
      return { sign: '−', word: trans.__('removed') };
    case 'up':
      return { sign: '↑', word: trans.__('newer') };
    case 'down':
      return { sign: '↓', word: trans.__('older') };
    case 'rebuilt':
      return { sign: '≈', word: trans.__('other build') };
    case 'channel':
      return { sign: '≈', word: trans.__('other channel') };
    case 'kept':
      return { sign: '=', word: trans.__('unchanged') };
  }
}

/** `33 new · 2 changed · 1 removed`. */
export function countWords(
  platform: PlanPlatform,
  trans: TranslationBundle
): string {
  const { added, changed, removed, kept } = platform;
  const parts = [
    added ? trans._n('%1 new', '%1 new', added) : '',
    changed ? trans._n('%1 changed', '%1 changed', changed) : '',
    removed ? trans._n('%1 removed', '%1 removed', removed) : '',
    kept ? trans._n('%1 unchanged', '%1 unchanged', kept) : ''
  ].filter(part => part !== '');
  return parts.length > 0 ? parts.join(' · ') : trans.__('no packages');
}

/** `download 14 MB of 95 MB`, or that nothing has to be fetched. */
export function downloadWords(
  platform: PlanPlatform,
  trans: TranslationBundle
): string {
  const all = formatBytes(platform.package_bytes);
  if (platform.package_bytes === 0) {
    return '';
  }
  if (platform.download === 0) {
    return trans.__('nothing to download, %1 are in the cache', all);
  }
  const download = formatBytes(platform.download);
  return platform.download === platform.package_bytes
    ? trans.__('download %1', download)
    : trans.__('download %1 of %2', download, all);
}

/** `disk about 31 MB`: by how much the store grows. */
export function diskWords(
  platform: PlanPlatform,
  trans: TranslationBundle
): string {
  return platform.disk > 0
    ? trans.__('disk about %1', formatBytes(platform.disk))
    : '';
}

/** `about 6 s on this server`; empty while this server has built nothing like it. */
export function timeWords(plan: Plan, trans: TranslationBundle): string {
  const seconds = plan.expected_seconds;
  if (plan.ready || seconds === null) {
    return '';
  }
  return seconds < 1
    ? trans.__('less than a second on this server')
    : trans.__('about %1 on this server', formatAbout(seconds));
}

/** What is different when only the build or the channel changes; else the versions. */
export function versionWords(change: PlanChange): string {
  const [before, after] =
    change.change === 'channel'
      ? [channelName(change.channel_before), channelName(change.channel)]
      : [change.before, change.after];
  return before && after && before !== after
    ? `${before} → ${after}`
    : after || before;
}

/** How long the solve took: `0.03 s`. */
export function solveSeconds(
  seconds: number,
  trans: TranslationBundle
): string {
  if (seconds < 0.005) {
    return trans.__('at once');
  }
  return `${seconds.toFixed(seconds < 1 ? 2 : 1)} s`;
}

/** The part of a plan for *platform*, or its first. */
export function platformOf(
  plan: Plan,
  platform: string
): PlanPlatform | undefined {
  return (
    plan.platforms.find(item => item.platform === platform) ?? plan.platforms[0]
  );
}

/** What a screen reader says when a plan arrives. */
export function planWords(
  plan: Plan,
  platform: string,
  trans: TranslationBundle
): string {
  const part = platformOf(plan, platform);
  if (!part) {
    return '';
  }
  return [
    trans.__('Plan: %1', countWords(part, trans)),
    downloadWords(part, trans),
    diskWords(part, trans),
    part.platform === platform ? timeWords(plan, trans) : ''
  ]
    .filter(words => words !== '')
    .join('; ');
}
