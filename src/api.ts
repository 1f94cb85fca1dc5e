import type { ServerConnection } from '@jupyterlab/services';
import type { IListOptions, IPackageQuery } from './api-query';
import { ApiRequests, versionPath } from './api-requests';
import type {
  Build,
  BuildHelp,
  BuildLog,
  Comparison,
  Environment,
  EnvironmentCopy,
  EnvironmentCreate,
  EnvironmentSummary,
  EnvironmentUpdate,
  EventPage,
  IPage,
  Namespace,
  PackageSearch,
  PackageVersions,
  Explanation,
  Plan,
  PlanRequest,
  PinnedKernel,
  Pointer,
  Status,
  Version,
  VersionCreate,
  VersionPackages,
  VersionSummary
} from './types';

export { ApiProblem } from './api-problem';

/** The version of the REST API that this front end speaks. */
export const API_VERSION = '1';

/** The REST API, typed. Every method rejects with `ApiProblem`. */
export class TerrariumApi {
  constructor(settings?: ServerConnection.ISettings) {
    this._http = new ApiRequests(settings);
  }

  /** Where the server is. */
  get settings(): ServerConnection.ISettings {
    return this._http.settings;
  }

  status(): Promise<Status> {
    return this._http.json('GET', ['status']);
  }

  namespaces(options: IListOptions = {}): Promise<IPage<Namespace>> {
    return this._http.json('GET', ['namespaces'], { ...options });
  }

  environments(
    options: IListOptions & { namespace?: string; filter?: string } = {},
    signal?: AbortSignal
  ): Promise<IPage<EnvironmentSummary>> {
    const query = { ...options };
    return this._http.json('GET', ['environments'], query, undefined, signal);
  }

  createEnvironment(body: EnvironmentCreate): Promise<Environment> {
    return this._http.json('POST', ['environments'], {}, body);
  }

  environment(namespace: string, name: string): Promise<Environment> {
    return this._http.json('GET', ['environments', namespace, name]);
  }

  updateEnvironment(
    namespace: string,
    name: string,
    body: EnvironmentUpdate
  ): Promise<Environment> {
    return this._http.json(
      'PATCH',
      ['environments', namespace, name],
      {},
      body
    );
  }

  copyEnvironment(
    namespace: string,
    name: string,
    body: EnvironmentCopy
  ): Promise<Environment> {
    const path = ['environments', namespace, name, 'copies'];
    return this._http.json('POST', path, {}, body);
  }

  async deleteEnvironment(namespace: string, name: string): Promise<void> {
    await this._http.send('DELETE', ['environments', namespace, name]);
  }

  versions(
    namespace: string,
    name: string,
    options: IListOptions = {}
  ): Promise<IPage<VersionSummary>> {
    return this._http.json(
      'GET',
      ['environments', namespace, name, 'versions'],
      {
        ...options
      }
    );
  }

  createVersion(
    namespace: string,
    name: string,
    body: VersionCreate
  ): Promise<Version> {
    const path = ['environments', namespace, name, 'versions'];
    return this._http.json('POST', path, {}, body);
  }

  version(
    namespace: string,
    name: string,
    version: number | 'current' | 'latest'
  ): Promise<Version> {
    return this._http.json('GET', versionPath(namespace, name, version));
  }

  updateVersion(
    namespace: string,
    name: string,
    version: number,
    body: { note: string }
  ): Promise<Version> {
    const path = versionPath(namespace, name, version);
    return this._http.json('PATCH', path, {}, body);
  }

  comparison(
    namespace: string,
    name: string,
    before: number,
    after: number
  ): Promise<Comparison> {
    const path = [...versionPath(namespace, name, before), 'comparison'];
    return this._http.json('GET', path, { with: after });
  }

  putPointer(
    namespace: string,
    name: string,
    pointer: string,
    version: number
  ): Promise<Pointer> {
    const path = ['environments', namespace, name, 'pointers', pointer];
    return this._http.json('PUT', path, {}, { version });
  }

  pinKernel(
    namespace: string,
    name: string,
    version: number | string
  ): Promise<IPage<PinnedKernel>> {
    const path = ['environments', namespace, name, 'kernels'];
    return this._http.json('POST', path, {}, { version });
  }

  async unpinKernel(
    namespace: string,
    name: string,
    kernel: string
  ): Promise<void> {
    const path = ['environments', namespace, name, 'kernels', kernel];
    await this._http.send('DELETE', path);
  }

  async deletePointer(
    namespace: string,
    name: string,
    pointer: string
  ): Promise<void> {
    const path = ['environments', namespace, name, 'pointers', pointer];
    await this._http.send('DELETE', path);
  }

  packages(
    namespace: string,
    name: string,
    version: number | 'current' | 'latest',
    platform?: string
  ): Promise<VersionPackages> {
    const path = [...versionPath(namespace, name, version), 'packages'];
    return this._http.json('GET', path, { platform });
  }

  specification(
    namespace: string,
    name: string,
    version: number | 'current' | 'latest'
  ): Promise<string> {
    const path = [...versionPath(namespace, name, version), 'specification'];
    return this._http.text(path);
  }

  lockfile(
    namespace: string,
    name: string,
    version: number | 'current' | 'latest'
  ): Promise<string> {
    return this._http.text([
      ...versionPath(namespace, name, version),
      'lockfile'
    ]);
  }

  retry(namespace: string, name: string, version: number): Promise<Build> {
    const path = [...versionPath(namespace, name, version), 'builds'];
    return this._http.json('POST', path, {}, {});
  }

  builds(
    options: IListOptions & { active?: boolean } = {}
  ): Promise<IPage<Build>> {
    return this._http.json('GET', ['builds'], { ...options });
  }

  build(id: string): Promise<Build> {
    return this._http.json('GET', ['builds', id]);
  }

  cancelBuild(id: string): Promise<Build> {
    return this._http.json('POST', ['builds', id, 'cancel'], {}, {});
  }

  buildLog(id: string, offset = 0): Promise<BuildLog> {
    return this._http.json('GET', ['builds', id, 'log'], { offset });
  }

  /** Everything that somebody else needs to see why a build failed; takes some seconds. */
  buildHelp(id: string): Promise<BuildHelp> {
    return this._http.json('GET', ['builds', id, 'help']);
  }

  plan(body: PlanRequest, signal?: AbortSignal): Promise<Plan> {
    return this._http.json('POST', ['plans'], {}, body, signal);
  }

  /** A plan is on the screen: its package files are fetched ahead. */
  async planShown(id: string): Promise<void> {
    await this._http.send('PUT', ['plans', id, 'shown']);
  }

  /** A plan has left the screen. */
  async planHidden(id: string): Promise<void> {
    await this._http.send('DELETE', ['plans', id, 'shown']);
  }

  /** Why a plan has a problem, and what helps; found out when first asked for. */
  planExplanation(id: string, signal?: AbortSignal): Promise<Explanation> {
    const path = ['plans', id, 'explanation'];
    return this._http.json('GET', path, {}, undefined, signal);
  }

  searchPackages(
    options: IPackageQuery,
    signal?: AbortSignal
  ): Promise<PackageSearch> {
    const { query, channels, platform, limit } = options;
    const parameters = { query, channel: channels, platform, limit };
    return this._http.json('GET', ['packages'], parameters, undefined, signal);
  }

  packageVersions(
    name: string,
    options: { channels?: readonly string[]; platform?: string } = {},
    signal?: AbortSignal
  ): Promise<PackageVersions> {
    const parameters = {
      channel: options.channels,
      platform: options.platform
    };
    return this._http.json(
      'GET',
      ['packages', name],
      parameters,
      undefined,
      signal
    );
  }

  events(after: number): Promise<EventPage> {
    return this._http.json('GET', ['events'], { after });
  }

  private readonly _http: ApiRequests;
}
