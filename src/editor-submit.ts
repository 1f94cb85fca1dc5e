import type { EditorApi, IBase, IBuilt } from './editor-types';
import type { Plan, PlanMode } from './types';

/** What is sent when *Build* is pressed. */
export interface ISubmission {
  /** The specification as written. */
  text: string;
  namespace: string;
  name: string;
  /** The environment that gets a new version; null: a new environment. */
  base: IBase | null;
  /** How a new version is solved. */
  mode: PlanMode;
  /** The plan that was in view: its lock is what is built. */
  plan: Plan | null;
  mayRun: (script: string) => boolean;
}

/** Make the environment or the version. Rejects with `ApiProblem`. */
export async function submit(
  api: EditorApi,
  submission: ISubmission
): Promise<IBuilt> {
  const { base, namespace, plan } = submission;
  const scripts = plan?.link_scripts ?? [];
  const body = {
    specification: submission.text,
    lockfile: null,
    plan: plan?.id ?? null,
    // Where there is nothing to ask, the policy need not be overruled.
    run_link_scripts:
      scripts.length > 0 ? scripts.filter(submission.mayRun) : null
  };
  if (base) {
    const made = await api.createVersion(namespace, base.name, {
      ...body,
      base_version: base.version,
      // The base may have had nothing to keep: then the plan says so.
      mode: plan?.mode ?? submission.mode
    });
    return { namespace, name: base.name, build: made.build };
  }
  const { name, build } = await api.createEnvironment({
    ...body,
    namespace,
    name: submission.name,
    title: '',
    description: ''
  });
  return { namespace, name, build };
}
