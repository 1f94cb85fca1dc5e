import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import { formatBytes, formatSeconds } from '../format';
import { isEnded } from '../model-order';
import { buildSteps, type IBuildStep } from '../build-steps';
import { buildLook } from '../states';
import type { Build } from '../types';
import { useTerrarium } from './context';

/** The phases of a build side by side: done, under way, to come, with durations. */
export function BuildStepper(props: { build: Build }): JSX.Element {
  const { trans } = useTerrarium();
  const { build } = props;
  return (
    <ol
      className="jp-Terrarium-steps"
      aria-label={trans.__('Phases of the build')}
    >
      {buildSteps(build).map(step => (
        <li
          key={step.phase}
          className="jp-Terrarium-step"
          data-step={step.status}
          aria-current={step.status === 'active' ? 'step' : undefined}
        >
          <span className="jp-Terrarium-stepName">
            {buildLook(step.phase, trans).word}
          </span>
          <span className="jp-Terrarium-stepNote">
            {stepNote(step, build, trans)}
          </span>
        </li>
      ))}
    </ol>
  );
}

function stepNote(
  step: IBuildStep,
  build: Build,
  trans: TranslationBundle
): string {
  switch (step.status) {
    case 'done':
      return step.seconds === null
        ? trans.__('done')
        : formatSeconds(step.seconds);
    case 'skipped':
      return trans.__('not needed');
    case 'stopped':
      return build.state === 'cancelled'
        ? trans.__('cancelled here')
        : trans.__('failed here');
    case 'todo':
      return isEnded(build) ? '' : '…';
    case 'active':
      return counts(build, trans);
  }
}

function counts(build: Build, trans: TranslationBundle): string {
  const { packages_done, packages_total, bytes_done, bytes_total } =
    build.progress;
  const parts = [];
  if (packages_total > 0) {
    parts.push(trans.__('%1 of %2', packages_done, packages_total));
  }
  if (bytes_total > 0 && build.state === 'fetching') {
    parts.push(
      trans.__(
        '%1 of %2',
        formatBytes(bytes_done) || '0 B',
        formatBytes(bytes_total)
      )
    );
  }
  return parts.join(' · ') || trans.__('under way');
}
