import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import { buildSeconds } from '../build-steps';
import { formatBytes, formatSeconds } from '../format';
import { isEnded } from '../model-order';
import { buildLook, progressWord } from '../states';
import { timeLeftWords } from '../time-left';
import { CommandIDs } from '../tokens';
import type { Build } from '../types';
import { useTerrarium } from './context';
import { ProgressBar } from './progress-bar';
import { RowActions } from './row-actions';
import { StateIcon } from './state-badge';
import { TimeLeft } from './time-left';

const ACTIONS = [CommandIDs.cancelBuild, CommandIDs.retry, CommandIDs.showLog];

/** What one row of ACTIVITY says about a build. */
export function BuildRow(props: {
  build: Build;
  active: boolean;
}): JSX.Element {
  const { trans } = useTerrarium();
  const { build, active } = props;
  const look = buildLook(build.state, trans);
  return (
    <>
      <div className="jp-Terrarium-rowLine">
        <StateIcon look={look} />
        <span className="jp-Terrarium-rowName">
          {trans.__('%1 v%2', build.environment, build.version)}
        </span>
        <span className="jp-Terrarium-rowState" data-tone={look.tone}>
          <span className="jp-Terrarium-rowWord">
            {summary(build, trans)}
            <TimeLeft build={build} before=" · " />
          </span>
        </span>
        <RowActions
          commands={ACTIONS}
          args={{
            namespace: build.namespace,
            name: build.environment,
            build: build.id
          }}
          reachable={active}
        />
      </div>
      {active && (
        <div className="jp-Terrarium-rowDetail">{detail(build, trans)}</div>
      )}
      {!isEnded(build) && <ProgressBar build={build} />}
    </>
  );
}

/** The whole row in one sentence, for screen readers. */
export function buildLabel(build: Build, trans: TranslationBundle): string {
  const label = trans.__(
    '%1, version %2, %3',
    build.environment,
    build.version,
    summary(build, trans)
  );
  return [label, timeLeftWords(build, 0, trans)].filter(Boolean).join(', ');
}

function summary(build: Build, trans: TranslationBundle): string {
  const word = progressWord(build, trans);
  const seconds = buildSeconds(build);
  return build.state === 'ready' && seconds !== null
    ? trans.__('%1 · %2', word, formatSeconds(seconds))
    : word;
}

function detail(build: Build, trans: TranslationBundle): string {
  if (build.problem) {
    return build.problem.title;
  }
  if (isEnded(build)) {
    return build.reused
      ? trans.__('these files were here already')
      : trans.__('asked for by %1', build.requested_by);
  }
  const { bytes_done, bytes_total, current } = build.progress;
  const parts = [];
  if (bytes_total > 0 && build.state === 'fetching') {
    parts.push(
      trans.__(
        '%1 of %2',
        formatBytes(bytes_done) || '0 B',
        formatBytes(bytes_total)
      )
    );
  }
  if (current) {
    parts.push(current);
  }
  return parts.join(' · ') || trans.__('asked for by %1', build.requested_by);
}
