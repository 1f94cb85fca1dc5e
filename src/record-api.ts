import { ApiRequests, versionPath } from './api-requests';
import type { Card, NotebookRecord, RunningKernel, ShareUse } from './types';

/** The part of the REST API that is about what notebooks remember. */
export class RecordApi extends ApiRequests {
  /** Which version a running kernel runs, whatever is current now. */
  running(kernel: string): Promise<RunningKernel> {
    return this.json('GET', ['local', 'kernels', kernel]);
  }

  /** What is here of what a notebook records; nothing is built. */
  card(record: NotebookRecord): Promise<Card> {
    return this.json('GET', ['recorded-environment'], { ...record });
  }

  /** Kernels of exactly that; what is gone is built from the same lock. */
  use(record: NotebookRecord): Promise<ShareUse> {
    return this.json('POST', ['recorded-environment', 'use'], {}, record);
  }

  /** A notebook, by an opaque mark, was saved on a version: clean-up keeps it. */
  async report(
    namespace: string,
    name: string,
    version: number,
    notebook: string
  ): Promise<void> {
    const path = [...versionPath(namespace, name, version), 'records'];
    await this.send('POST', path, {}, { notebook });
  }
}
