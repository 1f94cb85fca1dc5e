import type { TranslationBundle } from '@jupyterlab/translation';
import { relation } from './record';
import type { NotebookRecord } from './types';

/**
 * What the badge of a notebook says, empty when the notebook runs as it was made.
 *
 * *running* is null for a kernel that is none of ours, which is called *kernel*.
 */
export function badgeWords(
  record: NotebookRecord | null,
  running: NotebookRecord | null,
  kernel: string,
  trans: TranslationBundle
): string {
  if (!record || !kernel) {
    return '';
  }
  switch (relation(record, running)) {
    case 'same':
      return '';
    case 'version':
      return running && running.version !== record.version
        ? trans.__(
            'Made with version %1, you run %2',
            record.version,
            running.version
          )
        : running?.scratch
          ? trans.__('Made with version %1, tried out on top', record.version)
          : trans.__(
              'Made with version %1, with something tried out on top',
              record.version
            );
    case 'other':
      return trans.__(
        'Made with %1, version %2',
        record.environment,
        record.version
      );
  }
}
