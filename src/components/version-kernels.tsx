import { closeIcon } from '@jupyterlab/ui-components';
import React from 'react';
import { CommandIDs, type IEnvironmentRef } from '../tokens';
import type { PinnedKernel, VersionSummary } from '../types';
import { useTerrarium } from './context';

/** The kernels that run this version whatever is current, and ways to get one. */
export function VersionKernels(props: {
  target: IEnvironmentRef;
  version: VersionSummary;
  /** All pinned kernels of the environment. */
  kernels: readonly PinnedKernel[];
  editable: boolean;
}): JSX.Element {
  const { commands, model, trans } = useTerrarium();
  const { target, version } = props;
  // Of a team store's kernels this session lists those that follow what is current.
  const editable = props.editable && !model.status?.store;
  const here = props.kernels.filter(
    kernel => kernel.version === version.number
  );
  const number = String(version.number);
  const offered = [number, ...version.pointers].filter(
    pinned => !here.some(kernel => kernel.pinned === pinned)
  );
  return (
    <>
      {here.map(kernel => (
        <span
          key={kernel.name}
          className="jp-Terrarium-pointer"
          title={trans.__('A kernel of this version')}
        >
          {kernel.display_name}
          {editable && (
            <button
              type="button"
              className="jp-Terrarium-iconButton"
              aria-label={trans.__('Remove the kernel %1', kernel.display_name)}
              onClick={() =>
                void commands.execute(CommandIDs.unpinKernel, {
                  ...target,
                  kernel: kernel.name
                })
              }
            >
              <closeIcon.react tag="span" width="10px" height="10px" />
            </button>
          )}
        </span>
      ))}
      {editable &&
        offered.map(pinned => (
          <button
            key={pinned}
            type="button"
            className="jp-Terrarium-link"
            onClick={() =>
              void commands.execute(CommandIDs.pinKernel, {
                ...target,
                version: pinned === number ? version.number : pinned
              })
            }
          >
            {pinned === number
              ? trans.__('Kernel of version %1', number)
              : trans.__('Kernel that follows %1', pinned)}
          </button>
        ))}
    </>
  );
}
