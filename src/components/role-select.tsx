import React from 'react';
import { ROLES, roleWord, type Role } from '../roles';
import { useTerrarium } from './context';

/** A choice of one of the roles. */
export function RoleSelect(props: {
  label: string;
  role: Role;
  onChange: (role: Role) => void;
}): JSX.Element {
  const { trans } = useTerrarium();
  return (
    <select
      className="jp-Terrarium-select"
      aria-label={props.label}
      value={props.role}
      onChange={event => props.onChange(event.target.value as Role)}
    >
      {ROLES.map(role => (
        <option key={role} value={role}>
          {roleWord(role, trans)}
        </option>
      ))}
    </select>
  );
}
