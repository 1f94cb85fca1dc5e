import { readLockfile } from '../lockfile-text';

/**
 * The lockfile that a paste brings; null for anything else, which goes where it was pasted.
 *
 * Fields of one line would join its lines, so whoever takes it has to look before they do.
 */
export function pastedLockfile(event: Event): string | null {
  const text =
    event instanceof ClipboardEvent
      ? (event.clipboardData?.getData('text/plain') ?? '')
      : '';
  return readLockfile(text) ? text : null;
}
