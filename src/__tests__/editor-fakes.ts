import { ApiProblem } from '../api';
import type { EditorApi } from '../editor-types';
import type {
  Environment,
  EnvironmentCreate,
  Finding,
  Plan,
  PlanRequest,
  Problem,
  Version,
  VersionCreate
} from '../types';

export const TEXT =
  'name: demo\ndependencies:\n  - python\n  - numpy >=9  # new\n';

export const BASE = { id: 'e1', namespace: 'me', name: 'demo', version: 4 };

export const plan = (id: string, more: Partial<Plan> = {}): Plan => ({
  id,
  created: '2026-11-01T00:00:00Z',
  base_version: null,
  mode: 'refresh',
  expected_seconds: null,
  lock_digest: null,
  platforms: [],
  link_scripts: [],
  notices: [],
  problem: null,
  seconds: 0.1,
  ready: false,
  has_kernel: true,
  explained: true,
  ...more
});

export const problem = (status: number, errors: Finding[] = []): Problem => ({
  type: 'about:blank',
  title: '',
  status,
  detail: 'no',
  hint: '',
  code: 'code',
  errors,
  raw: '',
  conflict: null,
  explanation: null
});

export const finding = (line: number, path = ''): Finding => ({
  message: `at ${line}`,
  hint: '',
  place: { line, column: 5 },
  path
});

/** A server that plans what it is told to, and keeps what it is sent. */
export class StubApi implements EditorApi {
  planExplanation(): Promise<never> {
    return Promise.reject(new Error('not asked for in these tests'));
  }

  async planShown(): Promise<void> {}

  async planHidden(): Promise<void> {}

  planned: Plan | Problem = plan('p1');
  refusal: Problem | null = null;
  readonly plans: string[] = [];
  readonly modes: unknown[] = [];
  readonly made: (EnvironmentCreate | VersionCreate)[] = [];
  /** Environments that got a version. */
  readonly targets: string[] = [];

  async plan(request: PlanRequest): Promise<Plan> {
    this.plans.push(request.specification);
    this.modes.push(request.mode);
    if ('created' in this.planned) {
      return this.planned;
    }
    throw new ApiProblem(this.planned);
  }

  async createEnvironment(body: EnvironmentCreate): Promise<Environment> {
    this._take(body);
    return { name: body.name, build: null } as Environment;
  }

  async createVersion(
    namespace: string,
    name: string,
    body: VersionCreate
  ): Promise<Version> {
    this._take(body);
    this.targets.push(`${namespace}/${name}`);
    return { number: 5, build: null } as Version;
  }

  async searchPackages(): Promise<never> {
    throw new Error('not asked for here');
  }

  async packageVersions(): Promise<never> {
    throw new Error('not asked for here');
  }

  private _take(body: EnvironmentCreate | VersionCreate): void {
    if (this.refusal) {
      throw new ApiProblem(this.refusal);
    }
    this.made.push(body);
  }
}
