import type { TranslationBundle } from '@jupyterlab/translation';
import { caretDownIcon, caretRightIcon } from '@jupyterlab/ui-components';
import React from 'react';
import type { IHeadRow } from '../rows';
import { roleWord } from '../roles';
import { CommandIDs } from '../tokens';
import { useTerrarium } from './context';
import { RowActions } from './row-actions';

/** The head of a section: its name, and the role or the count beside it. */
export function HeadRow(props: {
  row: IHeadRow;
  active: boolean;
}): JSX.Element {
  const { trans } = useTerrarium();
  const { row, active } = props;
  const Caret = row.expanded ? caretDownIcon : caretRightIcon;
  const shared = row.namespace?.kind === 'shared' ? row.namespace : null;
  return (
    <div className="jp-Terrarium-head">
      <Caret.react tag="span" width="16px" height="16px" />
      <span className="jp-Terrarium-headTitle">{headTitle(row, trans)}</span>
      {shared && (
        <span className="jp-Terrarium-headRole">
          {roleWord(shared.role, trans)}
        </span>
      )}
      <span className="jp-Terrarium-headCount">{row.count}</span>
      {shared && (
        <RowActions
          commands={[CommandIDs.members]}
          args={{ namespace: shared.name }}
          reachable={active}
        />
      )}
    </div>
  );
}

/** The whole head in one sentence, for screen readers. */
export function headLabel(row: IHeadRow, trans: TranslationBundle): string {
  const title = headTitle(row, trans);
  return row.namespace?.kind === 'shared'
    ? trans.__('%1, you are %2', title, roleWord(row.namespace.role, trans))
    : title;
}

/** The name of a section as people read it. */
export function headTitle(row: IHeadRow, trans: TranslationBundle): string {
  if (!row.namespace) {
    return trans.__('Activity');
  }
  if (row.namespace.kind === 'personal' && row.namespace.role === 'owner') {
    return trans.__('My environments');
  }
  const name = row.namespace.title || row.namespace.name;
  return row.namespace.kind === 'shared' ? trans.__('Team: %1', name) : name;
}
