import { ApiRequests, versionPath } from './api-requests';
import type {
  CleanupDone,
  CleanupReport,
  DeletedEnvironment,
  Environment,
  IPage,
  Verification
} from './types';

/** The part of the REST API that is about restoring, verifying and cleaning up. */
export class CareApi extends ApiRequests {
  deletedEnvironments(): Promise<IPage<DeletedEnvironment>> {
    return this.json('GET', ['deleted-environments']);
  }

  restoreEnvironment(id: string, name?: string): Promise<Environment> {
    const path = ['deleted-environments', id, 'restore'];
    return this.json('POST', path, {}, { name });
  }

  /** Compare a version's files with what was installed, and put them right. */
  verify(
    namespace: string,
    name: string,
    version: number | 'current' | 'latest',
    repair: boolean
  ): Promise<Verification> {
    const path = [...versionPath(namespace, name, version), 'verification'];
    return this.json('POST', path, {}, { repair });
  }

  cleanupReport(): Promise<CleanupReport> {
    return this.json('GET', ['cleanup']);
  }

  cleanUp(report: string): Promise<CleanupDone> {
    return this.json('POST', ['cleanup'], {}, { report });
  }
}
