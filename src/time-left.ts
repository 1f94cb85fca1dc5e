import type { TranslationBundle } from '@jupyterlab/translation';
import { formatAbout } from './format';
import { isEnded } from './model-order';
import type { Build } from './types';

/**
 * `about 9 s left`, or `ready in about 40 s` of a build that waits; empty while the store
 * knows too little to say. *passed* seconds have gone by since the server said it.
 */
export function timeLeftWords(
  build: Build,
  passed: number,
  trans: TranslationBundle
): string {
  const said = build.progress.seconds_left;
  if (typeof said !== 'number' || isEnded(build) || build.cancel_requested) {
    return '';
  }
  const left = said - passed;
  // A build that outlasts what was said of it: nothing true can be added.
  if (left < -Math.max(2, said / 2)) {
    return '';
  }
  if (build.state === 'queued') {
    return trans.__('ready in about %1', formatAbout(Math.max(1, left)));
  }
  return left < 1
    ? trans.__('about a second left')
    : trans.__('about %1 left', formatAbout(left));
}
