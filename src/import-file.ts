import { isLockfile } from './files';
import { readLockfile } from './lockfile-text';

/** What a file that somebody brings is made into. */
export type Brought =
  | { kind: 'bundle'; file: Blob }
  | { kind: 'lockfile'; text: string }
  | { kind: 'specification'; text: string };

/** More than this is no text that anybody wrote. */
const MAX_TEXT = 4 * 1024 * 1024;
const HEAD = 512;

/** What is in *file*, by its content; the name decides where two texts look alike. */
export async function brought(file: Blob, name: string): Promise<Brought> {
  const head = await file.slice(0, HEAD).text();
  if (head.includes('\u0000') || head.includes('\ufffd')) {
    return { kind: 'bundle', file };
  }
  if (file.size > MAX_TEXT) {
    return { kind: 'bundle', file };
  }
  const text = await file.text();
  const lock = isLockfile(name) || readLockfile(text) !== null;
  return { kind: lock ? 'lockfile' : 'specification', text };
}

/** Let the user choose a file of their machine; null when they choose none. */
export function chooseFile(): Promise<File | null> {
  return new Promise(resolve => {
    const input = document.createElement('input');
    input.type = 'file';
    input.addEventListener('change', () => resolve(input.files?.[0] ?? null));
    input.addEventListener('cancel', () => resolve(null));
    input.click();
  });
}
