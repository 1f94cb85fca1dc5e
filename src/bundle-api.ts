import { URLExt } from '@jupyterlab/coreutils';
import { API_PATH, ApiRequests } from './api-requests';
import type { Environment } from './types';

/** The part of the REST API that takes files. */
export class BundleApi extends ApiRequests {
  /** A new environment from an offline bundle, which is sent as it is read. */
  async create(bundle: Blob): Promise<Environment> {
    const url = URLExt.join(this.settings.baseUrl, API_PATH, 'bundles');
    const response = await this.request(url, {
      method: 'POST',
      // As in `send`: else Jupyter adds a time stamp to the URL.
      cache: 'no-cache',
      body: bundle,
      headers: { 'Content-Type': 'application/octet-stream' }
    });
    return (await response.json()) as Environment;
  }
}
