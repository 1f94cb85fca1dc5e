import { listIcon, lockIcon } from '@jupyterlab/ui-components';
import React from 'react';
import { AuditView } from '../components/audit-view';
import type { ITerrariumContext } from '../components/context';
import { TokensView } from '../components/tokens-view';
import { PageWidget } from './page';

/** The page about one's tokens. */
export function tokensPage(context: ITerrariumContext): PageWidget {
  const { trans } = context;
  const options = {
    key: 'tokens',
    args: {},
    label: trans.__('Tokens'),
    caption: trans.__('Tokens for scripts and other servers'),
    icon: lockIcon
  };
  return new PageWidget(context, options, <TokensView />);
}

/** The page about who did what: in one *namespace*, or everywhere when it is empty. */
export function auditPage(
  context: ITerrariumContext,
  namespace: string
): PageWidget {
  const { trans } = context;
  const options = {
    key: `audit-${namespace}`,
    args: { namespace },
    label: namespace ? trans.__('Audit of %1', namespace) : trans.__('Audit'),
    caption: trans.__('Who changed something, or tried to'),
    icon: listIcon
  };
  return new PageWidget(context, options, <AuditView namespace={namespace} />);
}
