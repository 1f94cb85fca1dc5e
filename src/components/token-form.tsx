import React, { useState } from 'react';
import { SCOPES, scopeWords, type Scope } from '../token-words';
import type { ApiTokenCreate } from '../types';
import { useModel, useTerrarium } from './context';

/** Days until a token expires, when nobody says otherwise. */
const DAYS = 90;

/** What a new token is for, what it permits, where, and for how long. */
export function TokenForm(props: {
  /** Tells whether it was made: what was typed is then forgotten. */
  onMake: (body: ApiTokenCreate) => Promise<boolean>;
}): JSX.Element {
  const { trans } = useTerrarium();
  const model = useModel();
  const [name, setName] = useState('');
  const [scope, setScope] = useState<Scope>('read');
  const [namespace, setNamespace] = useState('');
  const [days, setDays] = useState(String(DAYS));
  const make = async (): Promise<void> => {
    const body: ApiTokenCreate = {
      name: name.trim(),
      scopes: [scope],
      namespace: namespace || null,
      expires_days: Math.min(366, Math.max(1, Math.round(Number(days)) || DAYS))
    };
    if (await props.onMake(body)) {
      setName('');
    }
  };
  return (
    <form
      className="jp-Terrarium-tokenForm"
      aria-label={trans.__('Make a token')}
      onSubmit={event => {
        event.preventDefault();
        void make();
      }}
    >
      <label>
        <span>{trans.__('What it is for')}</span>
        <input
          className="jp-mod-styled"
          type="text"
          data-focus="fallback"
          maxLength={100}
          placeholder={trans.__('nightly report')}
          value={name}
          autoComplete="off"
          onChange={event => setName(event.target.value)}
        />
      </label>
      <label>
        <span>{trans.__('What it permits')}</span>
        <select
          className="jp-Terrarium-select"
          value={scope}
          onChange={event => setScope(event.target.value as Scope)}
        >
          {SCOPES.map(item => (
            <option key={item} value={item}>
              {trans.__('%1: %2', item, scopeWords(item, trans))}
            </option>
          ))}
        </select>
      </label>
      <label>
        <span>{trans.__('Where')}</span>
        <select
          className="jp-Terrarium-select"
          value={namespace}
          onChange={event => setNamespace(event.target.value)}
        >
          <option value="">{trans.__('in all my namespaces')}</option>
          {model.namespaces.map(item => (
            <option key={item.id} value={item.name}>
              {trans.__('only in %1', item.name)}
            </option>
          ))}
        </select>
      </label>
      <label>
        <span>{trans.__('Days until it expires')}</span>
        <input
          className="jp-mod-styled"
          type="number"
          min={1}
          max={366}
          value={days}
          onChange={event => setDays(event.target.value)}
        />
      </label>
      <button
        type="submit"
        className="jp-mod-styled jp-mod-accept jp-Terrarium-button"
      >
        {trans.__('Make Token')}
      </button>
    </form>
  );
}
