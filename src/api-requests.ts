import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';
import { ApiProblem, noAnswer, readProblem } from './api-problem';
import { queryString, type Query } from './api-query';

/** Where the API is, below the server's base URL. */
export const API_PATH = 'terrarium/api/v1';

/** Requests to the REST API. Every method rejects with `ApiProblem`. */
export class ApiRequests {
  constructor(
    readonly settings: ServerConnection.ISettings = ServerConnection.makeSettings()
  ) {}

  async json<T>(
    method: string,
    path: string[],
    query: Query = {},
    body?: unknown,
    signal?: AbortSignal
  ): Promise<T> {
    const response = await this.send(method, path, query, body, signal);
    return (await response.json()) as T;
  }

  async text(path: string[]): Promise<string> {
    return (await this.send('GET', path)).text();
  }

  async send(
    method: string,
    path: string[],
    query: Query = {},
    body?: unknown,
    signal?: AbortSignal,
    headers?: Record<string, string>
  ): Promise<Response> {
    const url =
      URLExt.join(
        this.settings.baseUrl,
        API_PATH,
        ...path.map(encodeURIComponent)
      ) + queryString(query);
    // Jupyter adds a time stamp to the URL of `no-store` requests, which is no parameter of
    // ours; `no-cache` is as fresh.
    const init: RequestInit = { method, cache: 'no-cache', headers };
    if (body !== undefined) {
      init.body = JSON.stringify(body);
    }
    if (signal) {
      init.signal = signal;
    }
    return this.request(url, init, signal);
  }

  /** Ask *url*, as the server's own page does. */
  protected async request(
    url: string,
    init: RequestInit,
    signal?: AbortSignal
  ): Promise<Response> {
    let response: Response;
    try {
      response = await ServerConnection.makeRequest(url, init, this.settings);
    } catch (error) {
      if (signal?.aborted) {
        throw error;
      }
      throw new ApiProblem(noAnswer(error));
    }
    if (!response.ok) {
      throw new ApiProblem(await readProblem(response));
    }
    return response;
  }
}

/** Where one version of an environment is. */
export function versionPath(
  namespace: string,
  name: string,
  version: number | 'current' | 'latest'
): string[] {
  return ['environments', namespace, name, 'versions', String(version)];
}
