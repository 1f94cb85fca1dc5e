import type {
  Build,
  EnvironmentSummary,
  Namespace,
  Status,
  TerrariumEvent
} from '../types';

/** A build with everything that a test does not care about. */
export function makeBuild(given: Partial<Build> = {}): Build {
  return {
    id: 'b1',
    namespace: 'ana',
    environment: 'analysis',
    environment_id: 'e1',
    version: 1,
    state: 'queued',
    progress: {
      packages_done: 0,
      packages_total: 0,
      bytes_done: 0,
      bytes_total: 0,
      current: '',
      seconds_left: null
    },
    phases: [],
    problem: null,
    warnings: [],
    checks: [],
    requested_by: 'ana',
    created: '2026-11-01T10:00:00Z',
    started: null,
    finished: null,
    cancel_requested: false,
    reused: false,
    retries: 0,
    position: null,
    ...given
  };
}

/** An environment with everything that a test does not care about. */
export function makeEnvironment(
  given: Partial<EnvironmentSummary> = {}
): EnvironmentSummary {
  return {
    id: `id-${given.namespace ?? 'ana'}-${given.name ?? 'analysis'}`,
    namespace: 'ana',
    name: 'analysis',
    title: '',
    state: 'ready',
    current: 1,
    latest: 1,
    updated: '2026-11-01T10:00:00Z',
    packages: 33,
    size: 226_000_000,
    headline: 'python 3.12',
    has_kernel: true,
    recommended: false,
    role: 'owner',
    kernels: [
      {
        name: 'k1',
        kernel: 'python3',
        display_name: 'analysis',
        language: 'python'
      }
    ],
    build: null,
    warnings: [],
    matched_packages: [],
    ...given
  };
}

export function makeNamespace(given: Partial<Namespace> = {}): Namespace {
  return {
    id: 'n1',
    name: 'ana',
    title: '',
    kind: 'personal',
    role: 'owner',
    group: null,
    environments: 0,
    ...given
  };
}

export function makeStatus(given: Partial<Status> = {}): Status {
  return {
    version: '0.1.0',
    api_version: '1',
    user: 'ana',
    namespace: 'ana',
    platform: 'linux-64',
    root: '/store',
    default_channels: ['conda-forge'],
    channels: [],
    problems: [],
    pool_size: 2,
    builds_running: 0,
    builds_queued: 0,
    last_event: 0,
    shell_command: 'jupyter terrarium shell',
    store: '',
    virtual_packages: {},
    may_create_namespaces: true,
    administrator: false,
    ...given
  };
}

export function makeEvent(given: Partial<TerrariumEvent>): TerrariumEvent {
  return {
    sequence: 1,
    time: '2026-11-01T10:00:00Z',
    kind: 'build-changed',
    namespace: 'ana',
    environment: 'analysis',
    environment_id: 'e1',
    version: 1,
    build: null,
    data: {},
    ...given
  };
}

/**
 * A server at the level of HTTP: what the lists hold, an event table, and a record of
 * what was asked for.
 */
export class FakeServer {
  status: Status = makeStatus();
  namespaces: Namespace[] = [makeNamespace()];
  environments = new Map<string, EnvironmentSummary>();
  builds = new Map<string, Build>();
  events: TerrariumEvent[] = [];
  requests: string[] = [];
  /** Instead of every answer: a status code, or 0 for no answer at all. */
  broken: number | null = null;

  put(item: EnvironmentSummary): void {
    this.environments.set(`${item.namespace}/${item.name}`, item);
  }

  emit(given: Partial<TerrariumEvent>): void {
    const sequence = this.events.length + 1;
    this.events.push(makeEvent({ ...given, sequence }));
  }

  /** A stand-in for `fetch`. */
  fetch = async (input: RequestInfo | URL): Promise<Response> => {
    const request = input as Request;
    const url = new URL(request.url);
    const path = url.pathname.replace(/^.*\/terrarium\/api\/v1\//, '');
    this.requests.push(`${request.method} ${path}${url.search}`);
    if (this.broken === 0) {
      throw new TypeError('Failed to fetch');
    }
    if (this.broken !== null) {
      return new Response('<html></html>', { status: this.broken });
    }
    const body = this._answer(path, url.searchParams);
    return body === undefined
      ? new Response(
          JSON.stringify({
            type: 'about:blank',
            title: 'Not found',
            status: 404,
            detail: 'there is no such thing',
            code: 'not-found'
          }),
          { status: 404 }
        )
      : new Response(JSON.stringify(body), { status: 200 });
  };

  private _answer(path: string, query: URLSearchParams): unknown {
    const page = (items: unknown[]) => ({
      items,
      next_cursor: null,
      total: items.length
    });
    const [noun, ...rest] = path.split('/');
    switch (noun) {
      case 'status':
        return { ...this.status, last_event: this.events.length };
      case 'namespaces':
        return page(this.namespaces);
      case 'environments':
        return rest.length
          ? this.environments.get(rest.join('/'))
          : page([...this.environments.values()]);
      case 'builds':
        return rest.length
          ? this.builds.get(rest[0])
          : page([...this.builds.values()].reverse());
      case 'events': {
        const after = Number(query.get('after'));
        return {
          events: this.events.slice(after),
          last: this.events.length
        };
      }
      default:
        return undefined;
    }
  }
}
