import { usersIcon } from '@jupyterlab/ui-components';
import React from 'react';
import type { ITerrariumContext } from '../components/context';
import {
  EnvironmentMembersView,
  MembersView
} from '../components/members-view';
import type { IMembersPlace } from '../member-api';
import { PageWidget } from './page';

/** The page about who belongs to a shared namespace, or has a role on one environment of it. */
export function membersPage(
  context: ITerrariumContext,
  { namespace, name }: IMembersPlace
): PageWidget {
  const { trans } = context;
  if (name === undefined) {
    const options = {
      key: `members-${namespace}`,
      args: { namespace },
      label: namespace,
      caption: trans.__('Members of %1', namespace),
      icon: usersIcon
    };
    const view = <MembersView namespace={namespace} />;
    return new PageWidget(context, options, view);
  }
  const options = {
    key: `members-${namespace}-of-${name}`,
    args: { namespace, name },
    label: name,
    caption: trans.__('Roles on %1 / %2', namespace, name),
    icon: usersIcon
  };
  const view = <EnvironmentMembersView target={{ namespace, name }} />;
  return new PageWidget(context, options, view);
}
