import { ApiRequests } from './api-requests';
import type { IEnvironmentRef } from './tokens';
import type { LocalEnvironment } from './types';

/** The part of the REST API that is about the machine of this Jupyter server. */
export class LocalApi extends ApiRequests {
  /** Whether an environment's current version is there. */
  show(ref: IEnvironmentRef): Promise<LocalEnvironment> {
    return this.json('GET', path(ref));
  }

  /** Begin to get it there. */
  bring(ref: IEnvironmentRef): Promise<LocalEnvironment> {
    return this.json('PUT', path(ref));
  }
}

function path(ref: IEnvironmentRef): string[] {
  return ['local', 'environments', ref.namespace, ref.name];
}
