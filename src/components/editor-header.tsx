import { HTMLSelect } from '@jupyterlab/ui-components';
import React, { useEffect } from 'react';

import type { EditorView } from '../editor-types';
import { isName, suggestName } from '../names';
import { useEditor } from './editor-context';

/** Name, namespace, and the choice between form and YAML. */
export function HeaderView(props: { id: string }): JSX.Element {
  const { drawn } = useEditor();
  useEffect(drawn, []);
  return (
    <div className="jp-TerrariumEditor-header">
      <NameField id={props.id} />
      <NamespaceField />
      <ViewTabs id={props.id} />
    </div>
  );
}

function NameField(props: { id: string }): JSX.Element {
  const { model, trans } = useEditor();
  const { name } = model;
  const nameWanted = model.missing === 'name';
  const suggestion = suggestName(name);
  const wrong = !model.base && !isName(name) && (name !== '' || nameWanted);
  const hintId = `${props.id}-name-hint`;
  return (
    <div className="jp-TerrariumEditor-nameField">
      <label className="jp-TerrariumEditor-field">
        <span>{trans.__('Name')}</span>
        <input
          type="text"
          className="jp-mod-styled"
          data-action="name"
          value={name}
          readOnly={model.base !== null || model.reading.error !== null}
          aria-invalid={wrong || undefined}
          aria-describedby={wrong ? hintId : undefined}
          placeholder={trans.__('e.g. analysis')}
          spellCheck={false}
          autoComplete="off"
          onChange={event => model.setName(event.target.value)}
        />
      </label>
      {wrong && (
        <div id={hintId} className="jp-TerrariumEditor-nameHint">
          {name === ''
            ? trans.__('Give the environment a name.')
            : trans.__(
                'Lower-case letters and digits, joined by single ".", "_" or "-", at most 63 characters.'
              )}{' '}
          {suggestion !== '' && suggestion !== name && (
            <button
              type="button"
              className="jp-TerrariumEditor-link"
              onClick={() => model.setName(suggestion)}
            >
              {trans.__('Use "%1"', suggestion)}
            </button>
          )}
        </div>
      )}
    </div>
  );
}

function NamespaceField(): JSX.Element {
  const { model, terrarium, trans } = useEditor();
  const namespaces = terrarium.namespaces.filter(
    item => item.role !== 'viewer' || item.name === model.namespace
  );
  const known = namespaces.some(item => item.name === model.namespace);
  return (
    <label className="jp-TerrariumEditor-field">
      <span>{trans.__('In')}</span>
      <HTMLSelect
        aria-label={trans.__('In')}
        value={model.namespace}
        disabled={model.base !== null}
        onChange={event => model.setNamespace(event.target.value)}
      >
        {!known && <option value={model.namespace}>{model.namespace}</option>}
        {namespaces.map(item => (
          <option key={item.id} value={item.name}>
            {item.kind === 'personal'
              ? trans.__('My environments')
              : item.title || item.name}
          </option>
        ))}
      </HTMLSelect>
    </label>
  );
}

/** The two sides of one text, as tabs: arrows move between them. */
function ViewTabs(props: { id: string }): JSX.Element {
  const { model, trans } = useEditor();
  const tabs: [EditorView, string][] = [
    ['form', trans.__('Form')],
    ['yaml', trans.__('YAML')]
  ];
  const onKeyDown = (event: React.KeyboardEvent<HTMLDivElement>) => {
    if (event.key === 'ArrowLeft' || event.key === 'ArrowRight') {
      const other = model.view === 'form' ? 'yaml' : 'form';
      model.setView(other);
      event.currentTarget
        .querySelector<HTMLElement>(`[data-view="${other}"]`)
        ?.focus();
    }
  };
  return (
    <div
      role="tablist"
      className="jp-TerrariumEditor-tabs"
      aria-label={trans.__('Edit as')}
      onKeyDown={onKeyDown}
    >
      {tabs.map(([view, label]) => (
        <button
          key={view}
          type="button"
          role="tab"
          id={`${props.id}-tab-${view}`}
          data-view={view}
          aria-selected={model.view === view}
          aria-controls={`${props.id}-${view}`}
          tabIndex={model.view === view ? 0 : -1}
          onClick={() => model.setView(view)}
        >
          {label}
          {view === 'yaml' && model.findings.length > 0 && <Count />}
        </button>
      ))}
    </div>
  );
}

/** How many errors the text has, where the eye is sent to see them. */
function Count(): JSX.Element | null {
  const { model, trans } = useEditor();
  const errors = model.findings.filter(item => item.severity === 'error');
  return errors.length === 0 ? null : (
    <span className="jp-TerrariumEditor-count">
      {trans._n('%1 error', '%1 errors', errors.length)}
    </span>
  );
}
