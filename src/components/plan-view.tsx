import React, { useState } from 'react';

import {
  planWords,
  platformOf,
  solveSeconds,
  timeWords
} from '../editor-words';
import type { ISeverityFinding } from '../editor-findings';
import type { Plan, Problem } from '../types';
import { useEditor } from './editor-context';
import { Findings } from './editor-section';
import { PlanChanges } from './plan-changes';
import { LockfileNote } from './plan-lockfile';
import { KernelNote, ScriptsNote } from './plan-notes';
import { ProblemWords } from './plan-problem';
import { useKeptFocus } from './use-kept-focus';

/** The live plan: what building what stands on the left would do. */
export function PlanView(props: { id: string }): JSX.Element {
  const { model, trans } = useEditor();
  const { lockfile } = model;
  const { plan, problem, busy } = model.plans;
  const [platform, setPlatform] = useState(model.platform);
  const solved = plan && !plan.problem ? plan : null;
  const base = plan?.base_version ?? model.base?.version;
  return (
    <section
      {...useKeptFocus<HTMLElement>()}
      className="jp-TerrariumPlan"
      aria-label={trans.__('Plan')}
      aria-busy={busy}
      data-stale={!model.plans.fresh && !!(plan || problem)}
    >
      <div className="jp-TerrariumPlan-header">
        <h3 className="jp-TerrariumEditor-heading">
          {base
            ? trans.__('Plan, compared with version %1', base)
            : trans.__('Plan')}
        </h3>
        <span className="jp-TerrariumPlan-seconds">
          {busy
            ? trans.__('solving…')
            : plan
              ? solveSeconds(plan.seconds, trans)
              : ''}
        </span>
      </div>
      <div className="jp-TerrariumPlan-busy" hidden={!busy} />
      <LiveWords platform={platform} />
      {problem && (
        <div className="jp-TerrariumPlan-problem">
          <ProblemWords problem={problem} searching={model.plans.explaining}>
            <Findings
              places
              findings={model.findings.filter(
                item => item.severity === 'error'
              )}
            />
          </ProblemWords>
          {(problem.status === 0 || problem.status >= 500) && (
            <button
              type="button"
              className="jp-Button jp-mod-styled jp-TerrariumEditor-smallButton"
              onClick={() => model.plans.again()}
            >
              {trans.__('Try again')}
            </button>
          )}
        </div>
      )}
      {solved && (
        <Solved
          id={props.id}
          plan={solved}
          platform={platform}
          choose={setPlatform}
        />
      )}
      {lockfile && <LockfileNote lockfile={lockfile} />}
      {!lockfile && !plan && !problem && !busy && (
        <p className="jp-TerrariumEditor-hint">
          {trans.__(
            'What will be installed appears here while you choose packages. A lockfile that you paste is built as it is.'
          )}
        </p>
      )}
    </section>
  );
}

function Solved(props: {
  id: string;
  plan: Plan;
  platform: string;
  choose: (platform: string) => void;
}): JSX.Element {
  const { model, trans } = useEditor();
  const { plan } = props;
  const part = platformOf(plan, props.platform);
  const notices = model.findings.filter(item => item.severity === 'notice');
  return (
    <>
      {plan.ready && (
        <p className="jp-TerrariumPlan-note" data-tone="good">
          {trans.__('Built on this server already: it will be ready at once.')}
        </p>
      )}
      <KernelNote plan={plan} />
      <ScriptsNote names={plan.link_scripts} />
      {plan.platforms.length > 1 && (
        <PlatformTabs {...props} chosen={part?.platform ?? ''} />
      )}
      {part && (
        <PlanChanges
          key={part.platform}
          id={`${props.id}-changes`}
          platform={part}
          time={part.platform === model.platform ? timeWords(plan, trans) : ''}
          trans={trans}
        >
          {notices.length > 0 && (
            <details className="jp-TerrariumPlan-notices">
              <summary>
                {trans._n('%1 note', '%1 notes', notices.length)}
              </summary>
              <Findings findings={notices} places />
            </details>
          )}
        </PlanChanges>
      )}
    </>
  );
}

function PlatformTabs(props: {
  id: string;
  plan: Plan;
  chosen: string;
  choose: (platform: string) => void;
}): JSX.Element {
  const { trans } = useEditor();
  const names = props.plan.platforms.map(item => item.platform);
  const onKeyDown = (event: React.KeyboardEvent<HTMLDivElement>) => {
    const by =
      event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (by !== 0) {
      const index = names.indexOf(props.chosen) + by + names.length;
      const next = names[index % names.length];
      props.choose(next);
      event.currentTarget
        .querySelector<HTMLElement>(`[data-platform="${next}"]`)
        ?.focus();
    }
  };
  return (
    <div
      role="tablist"
      className="jp-TerrariumEditor-tabs"
      aria-label={trans.__('Platform of the plan')}
      onKeyDown={onKeyDown}
    >
      {names.map(name => (
        <button
          key={name}
          type="button"
          role="tab"
          data-platform={name}
          aria-selected={name === props.chosen}
          aria-controls={`${props.id}-changes`}
          tabIndex={name === props.chosen ? 0 : -1}
          onClick={() => props.choose(name)}
        >
          {name}
        </button>
      ))}
    </div>
  );
}

function problemWords(
  { detail, explanation }: Problem,
  errors: readonly ISeverityFinding[]
): string {
  if (!explanation) {
    return [detail, ...errors.map(item => item.message)].join('. ');
  }
  const ways = explanation.relaxations.map(edit => edit.label);
  return [explanation.what, explanation.why, ways.join(', ')]
    .filter(part => part !== '')
    .join(' ')
    .replace(/`/g, '');
}

/** Says the outcome aloud, politely, once the typing has paused. */
function LiveWords(props: { platform: string }): JSX.Element {
  const { model, trans } = useEditor();
  const { plan, problem, fresh } = model.plans;
  const errors = model.findings.filter(item => item.severity === 'error');
  const words = !fresh
    ? ''
    : problem
      ? problemWords(problem, errors)
      : plan
        ? planWords(plan, props.platform, trans)
        : '';
  return (
    <div
      className="jp-TerrariumEditor-hidden"
      role="status"
      aria-live="polite"
      data-action="plan-words"
    >
      {words}
    </div>
  );
}
