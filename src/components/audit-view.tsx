import React, { useState } from 'react';
import type { IAuditQuery } from '../audit-api';
import { auditDetails, auditNouns, auditSentence } from '../audit-words';
import { formatAgo } from '../format';
import type { AuditEntry } from '../types';
import { useModel, useTerrarium } from './context';
import { MessageView } from './message-view';
import { useAudit } from './use-audit';
import { useKeptFocus } from './use-kept-focus';

/** The main area tab about who did what: in one namespace, or wherever the caller may know. */
export function AuditView(props: { namespace: string }): JSX.Element {
  const { trans } = useTerrarium();
  const [query, setQuery] = useState<IAuditQuery>({
    namespace: props.namespace,
    user: '',
    action: ''
  });
  const audit = useAudit(query);
  const { lines, total, error, busy } = audit;
  const focus = useKeptFocus<HTMLDivElement>();
  return (
    <div className="jp-Terrarium-details jp-Terrarium-page jp-Terrarium-audit">
      <header className="jp-Terrarium-detailsHeader">
        <div className="jp-Terrarium-detailsTitle">
          <h2>{trans.__('Audit')}</h2>
        </div>
        <p className="jp-Terrarium-detailsSubtitle">
          {trans.__(
            'Who changed something, or tried to. You see the lines of the namespaces that you own; administrators see all of them.'
          )}
        </p>
        <AuditFilter query={query} onChange={setQuery} />
        <div className="jp-Terrarium-detailsActions">
          <button
            type="button"
            className="jp-mod-styled jp-Terrarium-button"
            onClick={audit.refresh}
          >
            {trans.__('Refresh')}
          </button>
          <button
            type="button"
            className="jp-mod-styled jp-Terrarium-button"
            title={trans.__('The newest 10,000 lines of the namespace')}
            onClick={audit.download}
          >
            {trans.__('Download JSON Lines')}
          </button>
        </div>
      </header>
      <div {...focus} aria-busy={busy}>
        {error && <MessageView {...error} alert />}
        <p className="jp-Terrarium-tableNote" role="status">
          {lines &&
            (lines.length === 0
              ? trans.__('There are no such lines.')
              : trans.__('%1 of %2 lines, newest first', lines.length, total))}
        </p>
        {lines && lines.length > 0 && (
          <ol className="jp-Terrarium-auditLines">
            {lines.map(line => (
              <AuditLine key={line.sequence} line={line} />
            ))}
          </ol>
        )}
        {audit.older && (
          <button
            type="button"
            className="jp-mod-styled jp-Terrarium-button"
            onClick={audit.older}
          >
            {trans.__('Show Older Lines')}
          </button>
        )}
      </div>
    </div>
  );
}

function AuditFilter(props: {
  query: IAuditQuery;
  onChange: (query: IAuditQuery) => void;
}): JSX.Element {
  const { trans } = useTerrarium();
  const model = useModel();
  const { query, onChange } = props;
  const [user, setUser] = useState(query.user);
  const mine = model.namespaces.filter(item => item.role === 'owner');
  const names = mine.map(item => item.name);
  if (query.namespace && !names.includes(query.namespace)) {
    names.unshift(query.namespace);
  }
  return (
    <form
      className="jp-Terrarium-memberForm"
      aria-label={trans.__('Which lines')}
      onSubmit={event => {
        event.preventDefault();
        onChange({ ...query, user: user.trim() });
      }}
    >
      <select
        className="jp-Terrarium-select"
        aria-label={trans.__('Namespace')}
        value={query.namespace}
        onChange={event =>
          onChange({ ...query, namespace: event.target.value })
        }
      >
        <option value="">{trans.__('all that I may know')}</option>
        {names.map(name => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </select>
      <select
        className="jp-Terrarium-select"
        aria-label={trans.__('What it is about')}
        value={query.action}
        onChange={event => onChange({ ...query, action: event.target.value })}
      >
        <option value="">{trans.__('everything')}</option>
        {auditNouns(trans).map(([noun, words]) => (
          <option key={noun} value={noun}>
            {words}
          </option>
        ))}
      </select>
      <input
        className="jp-mod-styled"
        type="search"
        aria-label={trans.__('By whom; Enter applies it')}
        placeholder={trans.__('by anybody')}
        value={user}
        autoComplete="off"
        spellCheck={false}
        onChange={event => setUser(event.target.value)}
        onBlur={() => {
          if (user.trim() !== query.user) {
            onChange({ ...query, user: user.trim() });
          }
        }}
      />
    </form>
  );
}

function AuditLine(props: { line: AuditEntry }): JSX.Element {
  const { model, trans } = useTerrarium();
  const { line } = props;
  const me = model.status?.user ?? '';
  const done = line.outcome === 'done';
  const time = new Date(line.time);
  return (
    <li data-outcome={done ? 'done' : 'refused'}>
      <div>
        {auditSentence(line, me, trans)}
        {!done && (
          <strong className="jp-Terrarium-auditRefused">
            {' '}
            {trans.__('Refused: %1', line.outcome)}
          </strong>
        )}
      </div>
      <div className="jp-Terrarium-versionNote">
        <time dateTime={line.time} title={time.toLocaleString()}>
          {formatAgo(line.time, Date.now(), trans)}
        </time>
        {auditDetails(line, trans).map(text => (
          <React.Fragment key={text}>
            {' · '}
            {text}
          </React.Fragment>
        ))}
      </div>
    </li>
  );
}
