import React, { useState } from 'react';
import type { Role } from '../roles';
import type { Member } from '../types';
import { useTerrarium } from './context';
import { RoleSelect } from './role-select';

/** Adds a user or a group. */
export function MemberForm(props: {
  /** Tells whether it was done: what was typed is then forgotten. */
  onAdd: (member: Pick<Member, 'kind' | 'name' | 'role'>) => Promise<boolean>;
}): JSX.Element {
  const { trans } = useTerrarium();
  const [kind, setKind] = useState<Member['kind']>('user');
  const [name, setName] = useState('');
  const [role, setRole] = useState<Role>('viewer');
  const add = async () => {
    if (await props.onAdd({ kind, name: name.trim(), role })) {
      setName('');
    }
  };
  return (
    <form
      className="jp-Terrarium-memberForm"
      aria-label={trans.__('Add a member')}
      onSubmit={event => {
        event.preventDefault();
        if (name.trim()) {
          void add();
        }
      }}
    >
      <select
        className="jp-Terrarium-select"
        aria-label={trans.__('Kind of member')}
        value={kind}
        onChange={event => setKind(event.target.value as Member['kind'])}
      >
        <option value="user">{trans.__('person')}</option>
        <option value="group">{trans.__('group')}</option>
      </select>
      <input
        className="jp-mod-styled"
        type="text"
        aria-label={trans.__('Name of the person or group')}
        data-focus="fallback"
        placeholder={
          kind === 'user'
            ? trans.__('user name')
            : trans.__('name of the group')
        }
        value={name}
        autoComplete="off"
        spellCheck={false}
        onChange={event => setName(event.target.value)}
      />
      <RoleSelect
        label={trans.__('Role of the new member')}
        role={role}
        onChange={setRole}
      />
      <button
        type="submit"
        className="jp-mod-styled jp-mod-accept jp-Terrarium-button"
        aria-disabled={name.trim() === ''}
      >
        {trans.__('Add')}
      </button>
    </form>
  );
}
