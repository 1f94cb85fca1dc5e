import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';
import { ellipsesIcon, LabIcon } from '@jupyterlab/ui-components';
import React from 'react';
import { useTerrarium } from './context';

/** Small buttons of commands at the end of a row, and one that opens the row's menu. */
export function RowActions(props: {
  commands: readonly string[];
  args: ReadonlyPartialJSONObject;
  /** Whether Tab reaches the buttons: only those of the active row. */
  reachable: boolean;
  menu?: boolean;
}): JSX.Element {
  const { commands, trans } = useTerrarium();
  const { args, reachable } = props;
  const tabIndex = reachable ? 0 : -1;
  const shown = props.commands.filter(
    id => commands.hasCommand(id) && commands.isEnabled(id, args)
  );
  return (
    <span className="jp-Terrarium-rowActions">
      {shown.map(id => {
        const icon = commands.icon(id, args);
        const label = commands.label(id, args);
        return (
          <button
            key={id}
            type="button"
            className="jp-Terrarium-iconButton"
            title={label}
            aria-label={label}
            tabIndex={tabIndex}
            data-command={id}
            onClick={event => {
              event.stopPropagation();
              void commands.execute(id, args);
            }}
            onDoubleClick={event => event.stopPropagation()}
          >
            {icon instanceof LabIcon ? (
              <icon.react tag="span" width="14px" height="14px" />
            ) : (
              label
            )}
          </button>
        );
      })}
      {props.menu && (
        <button
          type="button"
          className="jp-Terrarium-iconButton"
          title={trans.__('More')}
          aria-label={trans.__('More')}
          aria-haspopup="menu"
          tabIndex={tabIndex}
          onClick={openContextMenu}
          onDoubleClick={event => event.stopPropagation()}
        >
          <ellipsesIcon.react tag="span" width="14px" height="14px" />
        </button>
      )}
    </span>
  );
}

/** Open the menu that a right click on the row opens: there is one list of actions. */
function openContextMenu(event: React.MouseEvent<HTMLElement>): void {
  event.stopPropagation();
  const box = event.currentTarget.getBoundingClientRect();
  event.currentTarget.dispatchEvent(
    new MouseEvent('contextmenu', {
      bubbles: true,
      cancelable: true,
      clientX: box.left,
      clientY: box.bottom
    })
  );
}
