import { ApiRequests, versionPath } from './api-requests';
import type { IPage, KeptScratch, Scratch } from './types';

/** The part of the REST API that is about what one tries out. */
export class ScratchApi extends ApiRequests {
  /** A private writable layer over the current version, with a kernel. */
  tryOut(namespace: string, name: string): Promise<Scratch> {
    const path = [...versionPath(namespace, name, 'current'), 'scratches'];
    return this.json('POST', path, {}, {});
  }

  scratches(): Promise<IPage<Scratch>> {
    return this.json('GET', ['scratches']);
  }

  scratch(id: string): Promise<Scratch> {
    return this.json('GET', ['scratches', id]);
  }

  keptScratch(id: string): Promise<KeptScratch> {
    return this.json('POST', ['scratches', id, 'specification']);
  }

  async discardScratch(id: string): Promise<void> {
    await this.send('DELETE', ['scratches', id]);
  }
}
