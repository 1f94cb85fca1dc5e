import type { ReadonlyPartialJSONValue } from '@lumino/coreutils';
import { isName } from './names';
import type { NotebookRecord } from './types';

/** The key of the notebook's metadata. */
export const RECORD_KEY = 'terrarium';

const DIGEST = /^[0-9a-f]{64}$/;

/** The record in a notebook's metadata; null when there is none that can be read. */
export function readRecord(value: unknown): NotebookRecord | null {
  if (typeof value !== 'object' || value === null) {
    return null;
  }
  const found = value as Partial<Record<keyof NotebookRecord, unknown>>;
  const { environment, version, lock_digest: digest, store, scratch } = found;
  if (
    typeof environment !== 'string' ||
    environment.split('/').length !== 2 ||
    !environment.split('/').every(isName) ||
    typeof version !== 'number' ||
    !Number.isInteger(version) ||
    version < 1 ||
    typeof digest !== 'string' ||
    !DIGEST.test(digest)
  ) {
    return null;
  }
  return {
    environment,
    version,
    lock_digest: digest,
    store: typeof store === 'string' ? store : '',
    scratch: scratch === true
  };
}

/** What is written: sorted, without times and without what says nothing. */
export function toMetadata(record: NotebookRecord): ReadonlyPartialJSONValue {
  return {
    environment: record.environment,
    lock_digest: record.lock_digest,
    ...(record.scratch ? { scratch: true } : {}),
    ...(record.store ? { store: record.store } : {}),
    version: record.version
  };
}

/**
 * How what runs relates to what was recorded: the same files, another version of the same
 * environment, or something else. Names may have changed; the lock digest has not.
 */
export type Relation = 'same' | 'version' | 'other';

export function relation(
  record: NotebookRecord,
  running: NotebookRecord | null
): Relation {
  if (!running) {
    return 'other';
  }
  if (
    record.lock_digest === running.lock_digest &&
    record.scratch === running.scratch
  ) {
    return 'same';
  }
  return record.environment === running.environment ? 'version' : 'other';
}

/** `team/analysis` as namespace and name. */
export function labels(record: NotebookRecord): {
  namespace: string;
  name: string;
} {
  const [namespace, name] = record.environment.split('/');
  return { namespace, name };
}

const PRIME = BigInt('0x100000001b3');
const OFFSET = BigInt('0xcbf29ce484222325');

/** An opaque mark of a file: 64 bits (FNV-1a) in hexadecimal. Not a secret. */
export function markOf(text: string): string {
  let hash = OFFSET;
  for (const byte of new TextEncoder().encode(text)) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * PRIME);
  }
  return hash.toString(16).padStart(16, '0');
}
