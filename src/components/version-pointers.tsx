import { closeIcon } from '@jupyterlab/ui-components';
import React from 'react';
import { CommandIDs, type IEnvironmentRef } from '../tokens';
import type { VersionSummary } from '../types';
import { useTerrarium } from './context';

/** The names that lead to a version, as badges; each can be taken away. */
export function VersionPointers(props: {
  target: IEnvironmentRef;
  version: VersionSummary;
  editable: boolean;
}): JSX.Element {
  const { commands, trans } = useTerrarium();
  const { target, version, editable } = props;
  return (
    <>
      {version.pointers.map(pointer => (
        <span
          key={pointer}
          className="jp-Terrarium-pointer"
          title={trans.__('%1@%2 is this version', target.name, pointer)}
        >
          {pointer}
          {editable && (
            <button
              type="button"
              className="jp-Terrarium-iconButton"
              aria-label={trans.__('Remove the pointer %1', pointer)}
              onClick={() =>
                void commands.execute(CommandIDs.removePointer, {
                  ...target,
                  pointer
                })
              }
            >
              <closeIcon.react tag="span" width="10px" height="10px" />
            </button>
          )}
        </span>
      ))}
    </>
  );
}
