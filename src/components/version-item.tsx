import React from 'react';
import { formatAgo, formatBytes } from '../format';
import { versionLook } from '../states';
import { CommandIDs, type IEnvironmentRef } from '../tokens';
import type { PinnedKernel, VersionSummary } from '../types';
import { useTerrarium } from './context';
import { StateBadge } from './state-badge';
import { useKeptFocus } from './use-kept-focus';
import { VersionKernels } from './version-kernels';
import { VersionNote } from './version-note';
import { VersionPointers } from './version-pointers';

/** One version of the timeline: what it is, what leads to it, what can be done with it. */
export function VersionItem(props: {
  target: IEnvironmentRef;
  version: VersionSummary;
  editable: boolean;
  /** Whether it is one of those to be compared. */
  chosen: boolean;
  choose: (chosen: boolean) => void;
  /** Whether there is another version to compare it with. */
  comparable: boolean;
  /** Kernels of the environment that are pinned to some version. */
  kernels: readonly PinnedKernel[];
}): JSX.Element {
  const { trans } = useTerrarium();
  const { target, version, editable } = props;
  const { number } = version;
  return (
    <li
      {...useKeptFocus<HTMLLIElement>()}
      className="jp-Terrarium-version"
      aria-label={trans.__('Version %1', number)}
      data-version={number}
    >
      {props.comparable && (
        <input
          type="checkbox"
          aria-label={trans.__('Compare version %1', number)}
          title={trans.__('Choose two to compare')}
          checked={props.chosen}
          onChange={event => props.choose(event.target.checked)}
        />
      )}
      <div className="jp-Terrarium-versionLine">
        <strong>{trans.__('Version %1', number)}</strong>
        <StateBadge look={versionLook(version.state, trans)} />
        {version.current && (
          <span className="jp-Terrarium-current">{trans.__('current')}</span>
        )}
        <VersionPointers
          target={target}
          version={version}
          editable={editable}
        />
        {editable && isReady(version) && (
          <Actions target={target} version={version} />
        )}
        {isReady(version) && (
          <VersionKernels
            target={target}
            version={version}
            kernels={props.kernels}
            editable={editable}
          />
        )}
        {version.state === 'failed' && version.build && (
          <LogLink target={target} version={version} build={version.build.id} />
        )}
      </div>
      <div className="jp-Terrarium-versionNote">{facts(version, trans)}</div>
      <VersionNote target={target} version={version} editable={editable} />
    </li>
  );
}

function Actions(props: {
  target: IEnvironmentRef;
  version: VersionSummary;
}): JSX.Element {
  const { commands, trans } = useTerrarium();
  const { target, version } = props;
  const run = (id: string, args: { pointer?: string } = {}) =>
    void commands.execute(id, { ...target, version: version.number, ...args });
  return (
    <>
      {!version.current && (
        <button
          type="button"
          className="jp-mod-styled jp-Terrarium-button"
          aria-label={trans.__('Make version %1 current', version.number)}
          onClick={() => run(CommandIDs.makeCurrent)}
        >
          {trans.__('Make current')}
        </button>
      )}
      {!version.pointers.includes('stable') && (
        <button
          type="button"
          className="jp-mod-styled jp-Terrarium-button"
          aria-label={trans.__('Let stable lead to version %1', version.number)}
          onClick={() => run(CommandIDs.point, { pointer: 'stable' })}
        >
          {trans.__('Call it stable')}
        </button>
      )}
      <button
        type="button"
        className="jp-Terrarium-link"
        aria-label={trans.__('Another name for version %1', version.number)}
        onClick={() => run(CommandIDs.point)}
      >
        {trans.__('Another name…')}
      </button>
    </>
  );
}

/** Why a version failed stands beside its log. */
function LogLink(props: {
  target: IEnvironmentRef;
  version: VersionSummary;
  build: string;
}): JSX.Element {
  const { commands, trans } = useTerrarium();
  const { target, version, build } = props;
  return (
    <button
      type="button"
      className="jp-Terrarium-link"
      aria-label={trans.__('Why version %1 failed', version.number)}
      onClick={() =>
        void commands.execute(CommandIDs.showLog, { ...target, build })
      }
    >
      {trans.__('Why?')}
    </button>
  );
}

function facts(
  version: VersionSummary,
  trans: ReturnType<typeof useTerrarium>['trans']
): string {
  return [
    trans.__(
      '%1 by %2',
      formatAgo(version.created, Date.now(), trans),
      version.created_by
    ),
    version.packages
      ? trans._n('%1 package', '%1 packages', version.packages)
      : '',
    formatBytes(version.size),
    version.build?.problem?.title ?? '',
    ...version.warnings
  ]
    .filter(Boolean)
    .join(' · ');
}

function isReady(version: VersionSummary): boolean {
  return version.state === 'ready' || version.state === 'ready-with-warning';
}
