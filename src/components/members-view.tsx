import { userIcon, usersIcon } from '@jupyterlab/ui-components';
import React from 'react';
import { formatDay } from '../card-words';
import { roleWord } from '../roles';
import type { IMembersPlace } from '../member-api';
import type { IEnvironmentRef } from '../tokens';
import type { Member } from '../types';
import { useModel, useTerrarium } from './context';
import { MemberForm } from './member-form';
import { MessageView } from './message-view';
import { RoleSelect } from './role-select';
import { useKeptFocus } from './use-kept-focus';
import { useMembers, type IMembers } from './use-members';

/** The main area tab about who belongs to a shared namespace. */
export function MembersView(props: { namespace: string }): JSX.Element {
  const { trans } = useTerrarium();
  const model = useModel();
  const namespace = model.namespaces.find(
    item => item.name === props.namespace
  );
  if (!namespace) {
    return model.loaded ? (
      <MessageView
        message={trans.__(
          'There is no namespace %1, or you are not a member of it.',
          props.namespace
        )}
      />
    ) : (
      <div className="jp-Terrarium-loading" role="status">
        {trans.__('Loading…')}
      </div>
    );
  }
  return (
    <div className="jp-Terrarium-details jp-Terrarium-members">
      <header className="jp-Terrarium-detailsHeader">
        <div className="jp-Terrarium-detailsTitle">
          <h2>
            {trans.__('Members of %1', namespace.title || namespace.name)}
          </h2>
          <span className="jp-Terrarium-detailsVersion">
            {trans.__('You are %1.', roleWord(namespace.role, trans))}
          </span>
        </div>
        <p className="jp-Terrarium-detailsSubtitle">
          {trans.__(
            'A viewer sees and uses the environments of %1, an editor also changes them, an owner also deletes them and decides who is a member.',
            namespace.name
          )}{' '}
          {namespace.group &&
            trans.__(
              'It was made for everybody in the group %1.',
              namespace.group
            )}
        </p>
      </header>
      <MemberList
        place={{ namespace: namespace.name }}
        owner={namespace.role === 'owner'}
      />
    </div>
  );
}

/** The main area tab about who may do more with one environment than with the others. */
export function EnvironmentMembersView(props: {
  target: IEnvironmentRef;
}): JSX.Element {
  const { trans } = useTerrarium();
  const model = useModel();
  const { namespace, name } = props.target;
  const item = model.find(props.target);
  if (!item) {
    return model.loaded ? (
      <MessageView
        message={trans.__(
          'There is no environment %1/%2, or you may not see it.',
          namespace,
          name
        )}
      />
    ) : (
      <div className="jp-Terrarium-loading" role="status">
        {trans.__('Loading…')}
      </div>
    );
  }
  return (
    <div className="jp-Terrarium-details jp-Terrarium-members">
      <header className="jp-Terrarium-detailsHeader">
        <div className="jp-Terrarium-detailsTitle">
          <h2>{trans.__('Roles on %1 / %2', namespace, name)}</h2>
          <span className="jp-Terrarium-detailsVersion">
            {trans.__('You are %1.', roleWord(item.role, trans))}
          </span>
        </div>
        <p className="jp-Terrarium-detailsSubtitle">
          {trans.__(
            'Members of %1 have the role that they have there. A role given here adds to it, for this environment only: an editor changes it and decides about proposals, an owner also deletes it. To somebody who is no member of %1 it shows nothing.',
            namespace
          )}
        </p>
      </header>
      <MemberList place={props.target} owner={item.role === 'owner'} />
    </div>
  );
}

function MemberList(props: {
  place: IMembersPlace;
  /** Whether the caller decides about members. */
  owner: boolean;
}): JSX.Element {
  const { model, trans } = useTerrarium();
  const { place, owner } = props;
  const { members, error, busy, put, remove } = useMembers(place);
  const focus = useKeptFocus<HTMLDivElement>();
  const me = model.status?.user ?? '';
  return (
    <div {...focus} aria-busy={busy}>
      {error && <MessageView {...error} alert />}
      {members && members.length === 0 && (
        <p>
          {trans.__(
            'Nobody has a role here beside the one in %1.',
            place.namespace
          )}
        </p>
      )}
      {members && members.length > 0 && (
        <table className="jp-Terrarium-table">
          <thead>
            <tr>
              <th scope="col">{trans.__('Member')}</th>
              <th scope="col">{trans.__('Role')}</th>
              <th scope="col">{trans.__('Since')}</th>
              <th scope="col">
                <span className="jp-Terrarium-visuallyHidden">
                  {trans.__('Actions')}
                </span>
              </th>
            </tr>
          </thead>
          <tbody>
            {members.map(member => (
              <MemberLine
                key={`${member.kind}:${member.name}`}
                member={member}
                mine={member.kind === 'user' && member.name === me}
                owner={owner}
                put={put}
                remove={remove}
              />
            ))}
          </tbody>
        </table>
      )}
      {owner && <MemberForm onAdd={put} />}
    </div>
  );
}

function MemberLine(props: {
  member: Member;
  mine: boolean;
  /** Whether the caller decides about members. */
  owner: boolean;
  put: IMembers['put'];
  remove: IMembers['remove'];
}): JSX.Element {
  const { trans } = useTerrarium();
  const { member, mine, owner } = props;
  const group = member.kind === 'group';
  const Icon = group ? usersIcon : userIcon;
  return (
    <tr data-member={`${member.kind}:${member.name}`}>
      <th scope="row">
        <span className="jp-Terrarium-memberName">
          <Icon.react tag="span" width="14px" height="14px" />
          <span>
            {group ? trans.__('group %1', member.name) : member.name}
            {mine && ` ${trans.__('(you)')}`}
          </span>
        </span>
      </th>
      <td>
        {owner ? (
          <RoleSelect
            label={trans.__('Role of %1', member.name)}
            role={member.role}
            onChange={role => void props.put({ ...member, role })}
          />
        ) : (
          roleWord(member.role, trans)
        )}
      </td>
      <td>
        {formatDay(member.since)}
        {member.added_by && member.added_by !== member.name && (
          <div className="jp-Terrarium-versionNote">
            {trans.__('added by %1', member.added_by)}
          </div>
        )}
      </td>
      <td>
        {(owner || mine) && (
          <button
            type="button"
            className="jp-mod-styled jp-Terrarium-button"
            aria-label={
              mine ? trans.__('Leave') : trans.__('Remove %1', member.name)
            }
            onClick={() => void props.remove(member)}
          >
            {mine ? trans.__('Leave') : trans.__('Remove')}
          </button>
        )}
      </td>
    </tr>
  );
}
