import type { TranslationBundle } from '@jupyterlab/translation';

/** Between a number and its unit: no line ends there. */
const SPACE = '\u00a0';

/** Bytes as people say them, decimal as in file managers: `14 MB`; empty for 0. */
export function formatBytes(bytes: number): string {
  if (bytes <= 0) {
    return '';
  }
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const digits = unit > 0 && value < 9.95 ? 1 : 0;
  return `${value.toFixed(digits)}${SPACE}${units[unit]}`;
}

/** Seconds as people say them: `0.4 s`, `12 s`, `3 min`, `1 h 20 min`. */
export function formatSeconds(seconds: number): string {
  if (seconds < 9.95) {
    return `${seconds.toFixed(1)}${SPACE}s`;
  }
  if (seconds < 99.5) {
    return `${Math.round(seconds)}${SPACE}s`;
  }
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) {
    return `${minutes}${SPACE}min`;
  }
  const rest = minutes % 60;
  const hours = `${Math.floor(minutes / 60)}${SPACE}h`;
  return rest ? `${hours}${SPACE}${rest}${SPACE}min` : hours;
}

/** Expected seconds without false precision: `6 s`, `40 s`, `3 min`. */
export function formatAbout(seconds: number): string {
  const rounded =
    seconds < 10 ? Math.round(seconds) : Math.round(seconds / 5) * 5;
  return rounded < 90
    ? `${rounded}${SPACE}s`
    : `${Math.round(seconds / 60)}${SPACE}min`;
}

/** How long ago *time* (ISO 8601) was at *now* (milliseconds since the epoch). */
export function formatAgo(
  time: string,
  now: number,
  trans: TranslationBundle
): string {
  const seconds = (now - Date.parse(time)) / 1000;
  if (!Number.isFinite(seconds)) {
    return '';
  }
  if (seconds < 60) {
    return trans.__('just now');
  }
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) {
    return trans._n('%1 minute ago', '%1 minutes ago', minutes);
  }
  const hours = Math.round(minutes / 60);
  if (hours < 24) {
    return trans._n('%1 hour ago', '%1 hours ago', hours);
  }
  const days = Math.round(hours / 24);
  return trans._n('%1 day ago', '%1 days ago', days);
}

/** The name of a channel: a conda channel's last path part, an index's host. */
export function channelName(channel: string): string {
  const trimmed = channel.replace(/\/+$/, '');
  return trimmed.slice(trimmed.lastIndexOf('/') + 1) || channel;
}

/** The first digits of a digest, enough to tell two apart by eye. */
export function shortDigest(digest: string): string {
  return digest.slice(0, 12);
}
