import type { TranslationBundle } from '@jupyterlab/translation';
import { caretDownIcon, caretRightIcon } from '@jupyterlab/ui-components';
import React from 'react';
import type { IHeadRow } from '../rows';
import { useTerrarium } from './context';

/** The head of a section: its name, and the role or the count beside it. */
export function HeadRow(props: { row: IHeadRow }): JSX.Element {
  const { trans } = useTerrarium();
  const { row } = props;
  const Caret = row.expanded ? caretDownIcon : caretRightIcon;
  const role =
    row.namespace && row.namespace.role !== 'owner'
      ? roleWord(row.namespace.role, trans)
      : '';
  return (
    <div className="jp-Terrarium-head">
      <Caret.react tag="span" width="16px" height="16px" />
      <span className="jp-Terrarium-headTitle">{headTitle(row, trans)}</span>
      {role && <span className="jp-Terrarium-headRole">{role}</span>}
      <span className="jp-Terrarium-headCount">{row.count}</span>
    </div>
  );
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

function roleWord(
  role: 'viewer' | 'editor' | 'owner',
  trans: TranslationBundle
): string {
  switch (role) {
    case 'viewer':
      return trans.__('viewer');
    case 'editor':
      return trans.__('editor');
    case 'owner':
      return trans.__('owner');
  }
}
