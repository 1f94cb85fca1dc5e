import React from 'react';
import { progressShare, progressWord } from '../states';
import type { Build } from '../types';
import { useTerrarium } from './context';

/** A thin bar that shows how far a build is; it moves to and fro while nobody knows. */
export function ProgressBar(props: { build: Build }): JSX.Element {
  const { trans } = useTerrarium();
  const { build } = props;
  const share = progressShare(build);
  const percent = share === null ? undefined : Math.round(share * 100);
  return (
    <div
      className="jp-Terrarium-bar"
      role="progressbar"
      aria-label={trans.__('Build of %1', build.environment)}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
      aria-valuetext={progressWord(build, trans)}
      data-unknown={share === null}
    >
      <div
        className="jp-Terrarium-bar-done"
        style={share === null ? undefined : { width: `${percent}%` }}
      />
    </div>
  );
}
