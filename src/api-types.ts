/**
 * Types of the REST API, in the form that `jlpm build:types` generates from
 * docs/openapi.json. Import the aliases in `types.ts` instead of this file.
 */
export interface components {
  schemas: {
    Place: { line: number; column: number };
    Finding: {
      message: string;
      hint: string;
      place: components['schemas']['Place'] | null;
      path: string;
    };
    Problem: {
      type: string;
      title: string;
      status: number;
      detail: string;
      hint: string;
      code: string;
      errors: components['schemas']['Finding'][];
      raw: string;
    };
    BuildState:
      | 'queued'
      | 'solving'
      | 'fetching'
      | 'linking'
      | 'finishing'
      | 'ready'
      | 'failed'
      | 'cancelled';
    PhaseEvent: {
      kind: 'phase';
      time: number;
      phase: components['schemas']['BuildState'];
    };
    ProgressEvent: {
      kind: 'progress';
      time: number;
      phase: components['schemas']['BuildState'];
      packages_done: number;
      packages_total: number;
      bytes_done: number;
      bytes_total: number;
      current: string;
    };
    LogEvent: {
      kind: 'log';
      time: number;
      line: string;
      level: 'info' | 'warning' | 'error';
    };
    ResultEvent: {
      kind: 'result';
      time: number;
      ok: boolean;
      problem: components['schemas']['Problem'] | null;
      warnings: string[];
      size: number;
      files: number;
      kernels: string[];
      reused: boolean;
    };
    Progress: {
      packages_done: number;
      packages_total: number;
      bytes_done: number;
      bytes_total: number;
      current: string;
    };
    Phase: {
      phase: components['schemas']['BuildState'];
      started: string;
      seconds: number | null;
    };
    Build: {
      id: string;
      namespace: string;
      environment: string;
      environment_id: string;
      version: number;
      state: components['schemas']['BuildState'];
      progress: components['schemas']['Progress'];
      phases: components['schemas']['Phase'][];
      problem: components['schemas']['Problem'] | null;
      warnings: string[];
      requested_by: string;
      created: string;
      started: string | null;
      finished: string | null;
      cancel_requested: boolean;
      reused: boolean;
    };
    BuildLog: {
      events: (
        | components['schemas']['PhaseEvent']
        | components['schemas']['ProgressEvent']
        | components['schemas']['LogEvent']
        | components['schemas']['ResultEvent']
      )[];
      next_offset: number;
      complete: boolean;
    };
    Namespace: {
      id: string;
      name: string;
      title: string;
      kind: 'personal' | 'shared';
      role: 'viewer' | 'editor' | 'owner';
      environments: number;
    };
    VersionState:
      'building' | 'ready' | 'ready-with-warning' | 'failed' | 'cancelled';
    Kernel: {
      name: string;
      kernel: string;
      display_name: string;
      language: string;
    };
    VersionSummary: {
      number: number;
      state: components['schemas']['VersionState'];
      current: boolean;
      created: string;
      created_by: string;
      lock_digest: string | null;
      packages: number;
      size: number;
      warnings: string[];
      build: components['schemas']['Build'] | null;
    };
    PlatformSummary: {
      platform: string;
      digest: string;
      conda: number;
      pip: number;
      download: number;
    };
    Version: components['schemas']['VersionSummary'] & {
      specification_text: string;
      specification: components['schemas']['Specification'];
      platforms: components['schemas']['PlatformSummary'][];
      notices: components['schemas']['Finding'][];
      link_scripts: string[];
      run_link_scripts: string[];
      prefix: string | null;
    };
    EnvironmentSummary: {
      id: string;
      namespace: string;
      name: string;
      title: string;
      state: components['schemas']['VersionState'];
      current: number | null;
      latest: number;
      updated: string;
      packages: number;
      size: number;
      headline: string;
      has_kernel: boolean;
      kernels: components['schemas']['Kernel'][];
      build: components['schemas']['Build'] | null;
      warnings: string[];
    };
    Environment: components['schemas']['EnvironmentSummary'] & {
      description: string;
      created: string;
      created_by: string;
      role: 'viewer' | 'editor' | 'owner';
      interpreter: string | null;
      current_version: components['schemas']['Version'] | null;
      latest_version: components['schemas']['Version'];
    };
    EnvironmentCreate: {
      namespace?: string | null;
      name?: string | null;
      title?: string;
      description?: string;
      specification?: string | null;
      lockfile?: string | null;
      plan?: string | null;
      run_link_scripts?: string[] | null;
    };
    VersionCreate: {
      specification?: string | null;
      lockfile?: string | null;
      plan?: string | null;
      base_version?: number | null;
      run_link_scripts?: string[] | null;
    };
    EnvironmentUpdate: {
      title?: string | null;
      description?: string | null;
      current?: number | null;
    };
    CondaPackage: {
      name: string;
      version: string;
      build: string;
      build_number: number;
      subdir: string;
      url: string;
      channel: string;
      sha256: string;
      md5: string;
      size: number;
      noarch: string;
      depends: string[];
      constrains: string[];
      timestamp: number;
      license: string;
      requested: string;
      python_site_packages_path: string;
    };
    PipPackage: {
      name: string;
      version: string;
      file_name: string;
      url: string;
      sha256: string;
      size: number;
      depends: string[];
      requested: string;
    };
    VersionPackages: {
      platform: string;
      conda: components['schemas']['CondaPackage'][];
      pip: components['schemas']['PipPackage'][];
    };
    Event: {
      sequence: number;
      time: string;
      kind:
        | 'environment-created'
        | 'environment-updated'
        | 'environment-deleted'
        | 'version-created'
        | 'current-changed'
        | 'build-changed'
        | 'kernels-changed';
      namespace: string;
      environment: string;
      environment_id: string;
      version: number | null;
      build: string | null;
      data: Record<string, unknown>;
    };
    EventPage: {
      events: components['schemas']['Event'][];
      last: number;
    };
    PackageHit: { name: string; channel: string; latest: string };
    PackageSearch: {
      query: string;
      packages: components['schemas']['PackageHit'][];
    };
    PackageVersions: {
      name: string;
      channel: string;
      versions: string[];
      builds: Record<string, string[]>;
      license: string;
    };
    PlanRequest: {
      specification: string;
      namespace?: string | null;
      environment?: string | null;
    };
    PlanChange: {
      change: 'added' | 'removed' | 'up' | 'down' | 'rebuilt' | 'kept';
      name: string;
      kind: 'conda' | 'pip';
      before: string;
      after: string;
      build: string;
      channel: string;
      size: number;
      cached: boolean;
      requested: boolean;
      link_script: boolean;
    };
    PlanPlatform: {
      platform: string;
      changes: components['schemas']['PlanChange'][];
      download: number;
      package_bytes: number;
    };
    Plan: {
      id: string;
      created: string;
      base_version: number | null;
      lock_digest: string | null;
      platforms: components['schemas']['PlanPlatform'][];
      link_scripts: string[];
      notices: components['schemas']['Finding'][];
      problem: components['schemas']['Problem'] | null;
      seconds: number;
      ready: boolean;
      has_kernel: boolean;
    };
    CondaRequirement: {
      name: string;
      matchspec: string;
      channel: string;
      platforms: string[] | null;
      text: string;
      place: components['schemas']['Place'] | null;
    };
    PipRequirement: {
      name: string;
      requirement: string;
      url: string;
      platforms: string[] | null;
      text: string;
      place: components['schemas']['Place'] | null;
    };
    RunsOn: {
      cuda: string;
      glibc: string;
      linux: string;
      osx: string;
      win: string;
      archspec: string;
    };
    Specification: {
      name: string | null;
      channels: string[];
      platforms: string[];
      conda: components['schemas']['CondaRequirement'][];
      pip: components['schemas']['PipRequirement'][];
      pip_options: Record<string, string[]>;
      variables: Record<string, string>;
      runs_on: components['schemas']['RunsOn'];
      channel_priority: string;
      notices: components['schemas']['Finding'][];
    };
    ChannelStatus: { name: string; url: string; note: string };
    Status: {
      version: string;
      api_version: string;
      user: string;
      namespace: string;
      platform: string;
      root: string;
      default_channels: string[];
      channels: components['schemas']['ChannelStatus'][];
      problems: components['schemas']['Finding'][];
      pool_size: number;
      builds_running: number;
      builds_queued: number;
      last_event: number;
      virtual_packages: Record<string, string>;
    };
  };
}
