import { userIcon, usersIcon } from '@jupyterlab/ui-components';
import React from 'react';
import { formatDay } from '../card-words';
import { roleWord } from '../roles';
import type { Member, Namespace } from '../types';
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
      <MemberList namespace={namespace} />
    </div>
  );
}

function MemberList(props: { namespace: Namespace }): JSX.Element {
  const { model, trans } = useTerrarium();
  const { namespace } = props;
  const known = useMembers(namespace.name);
  const { members, error, busy } = known;
  const focus = useKeptFocus<HTMLDivElement>();
  const owner = namespace.role === 'owner';
  const me = model.status?.user ?? '';
  const changed = async (work: Promise<boolean>): Promise<boolean> => {
    const done = await work;
    if (done) {
      // The caller's own role may be another one now.
      await model.refresh();
    }
    return done;
  };
  const actions: Pick<IMembers, 'put' | 'remove'> = {
    put: member => changed(known.put(member)),
    remove: member => changed(known.remove(member))
  };
  return (
    <div {...focus} aria-busy={busy}>
      {error && <MessageView {...error} alert />}
      {members && (
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
                {...actions}
              />
            ))}
          </tbody>
        </table>
      )}
      {owner && <MemberForm onAdd={actions.put} />}
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
