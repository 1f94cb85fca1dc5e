import type { TranslationBundle } from '@jupyterlab/translation';
import { formatAbout, formatBytes } from './format';
import type { Card } from './types';

/** A day as people write it, in the language of the browser. */
export function formatDay(time: string): string {
  return new Date(time).toLocaleDateString(undefined, { dateStyle: 'long' });
}

/** `anna shares this, on 28 November 2026, until 28 December 2026` */
export function whoShares(card: Card, trans: TranslationBundle): string {
  if (!card.shared_by) {
    return '';
  }
  const parts = [trans.__('Shared by %1', card.shared_by)];
  if (card.shared) {
    parts.push(trans.__('on %1', formatDay(card.shared)));
  }
  if (card.expires) {
    parts.push(trans.__('until %1', formatDay(card.expires)));
  }
  return parts.join(' ');
}

/** *Ready here now*, or how long it takes to be. */
export function readiness(card: Card, trans: TranslationBundle): string {
  if (card.ready) {
    return trans.__('Ready here now');
  }
  if (!card.here) {
    return trans.__('Not for this server');
  }
  if (card.building) {
    return trans.__('Being built here');
  }
  return card.expected_seconds === null
    ? trans.__('Will be built here')
    : trans.__('About %1 to build here', formatAbout(card.expected_seconds));
}

/** `226 MB on disk, 14 MB to download` */
export function sizes(card: Card, trans: TranslationBundle): string {
  return [
    card.size > 0 && trans.__('%1 on disk', formatBytes(card.size)),
    card.download > 0 && trans.__('%1 to download', formatBytes(card.download))
  ]
    .filter(Boolean)
    .join(', ');
}

/** What a link permits, in a word for those who choose. */
export function rightsWord(
  rights: Card['rights'],
  trans: TranslationBundle
): string {
  switch (rights) {
    case 'view':
      return trans.__('look at it');
    case 'use':
      return trans.__('use it');
    case 'copy':
      return trans.__('use and copy it');
  }
}
