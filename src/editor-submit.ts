import type { Missing } from './editor-build';
import type { EditorApi, EditorTask, IBase, IBuilt } from './editor-types';
import { isName } from './names';
import type { ISpecForm, SpecReading } from './spec-yaml';
import type { Plan, PlanMode, PlanRequest } from './types';

/** What is sent when *Build* is pressed. */
export interface ISubmission {
  /** The specification or the lockfile as written. */
  text: string;
  /** Whether it is a lockfile, which is built as it is. */
  lockfile: boolean;
  namespace: string;
  name: string;
  /** The environment that gets a new version; null: a new environment. */
  base: IBase | null;
  /** How a new version is solved. */
  mode: PlanMode;
  /** The plan that was in view: its lock is what is built. */
  plan: Plan | null;
  task: EditorTask;
  /** Why a change is proposed, or a word to who proposed it. */
  reason: string;
  mayRun: (script: string) => boolean;
}

/** What is asked of the planner about a text; null: there is nothing to plan. */
export function planRequest(
  text: string,
  { error }: SpecReading,
  form: ISpecForm,
  { base, mode }: Pick<ISubmission, 'base' | 'mode'>
): PlanRequest | null {
  const empty = !error && form.packages.length + form.pip.length === 0;
  return empty
    ? null
    : {
        specification: text,
        namespace: base?.namespace ?? null,
        environment: base?.name ?? null,
        mode
      };
}

/** What has to be given before anything can be sent. */
export function missingFrom(
  given: Pick<ISubmission, 'base' | 'name' | 'task' | 'reason'>
): Exclude<Missing, 'plan'> {
  if (given.base === null && !isName(given.name)) {
    return 'name';
  }
  const unfounded = given.task.kind === 'propose' && !given.reason.trim();
  return unfounded ? 'reason' : null;
}

/** Make the environment or the version. Rejects with `ApiProblem`. */
export async function submit(
  api: EditorApi,
  submission: ISubmission
): Promise<IBuilt> {
  const { base, namespace, plan, task } = submission;
  if (base && task.kind === 'propose') {
    await task.api.create(namespace, base.name, {
      specification: submission.text,
      base_version: base.version,
      mode: plan?.mode ?? submission.mode,
      reason: submission.reason
    });
    return { namespace, name: base.name, build: null };
  }
  if (base && task.kind === 'review') {
    const proposed = task.proposal.specification_text;
    await task.api.approve(task.proposal.id, {
      plan: plan?.id ?? '',
      specification: submission.text === proposed ? null : submission.text,
      base_version: base.version,
      answer: submission.reason
    });
    return { namespace, name: base.name, build: null };
  }
  const scripts = plan?.link_scripts ?? [];
  const body = {
    specification: submission.lockfile ? null : submission.text,
    lockfile: submission.lockfile ? submission.text : null,
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
      mode: submission.lockfile ? null : (plan?.mode ?? submission.mode)
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
