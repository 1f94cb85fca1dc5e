import { closeIcon } from '@jupyterlab/ui-components';
import React from 'react';

import { findingsAt } from '../editor-findings';
import { removeVariable, renameVariable, setVariable } from '../spec-edits';
import { useEditor } from './editor-context';
import { AddInput, DraftInput } from './editor-draft';
import { Rows } from './editor-rows';
import { Findings, IconButton, Section } from './editor-section';

/** Environment variables that kernels and commands get. */
export function VariablesSection(props: { id: string }): JSX.Element {
  const { model, trans } = useEditor();
  const { variables } = model.form;
  const names = variables.map(item => item.key);
  const rename = (key: string, name: string) => {
    if (name !== '' && !names.includes(name)) {
      model.edit(renameVariable(key, name));
    }
  };
  const add = (text: string) => {
    const [, name, value] = /^([^=]*)=?([\s\S]*)$/.exec(text) ?? ['', text, ''];
    model.edit(setVariable(name.trim(), value.trim()));
  };
  return (
    <Section
      title={trans.__('Variables')}
      hint={trans.__('Set for every kernel and command. Not for passwords.')}
    >
      <Rows label={trans.__('Variables')} count={variables.length}>
        {variables.map((entry, position) => {
          const findings = findingsAt(model.findings, entry);
          const id = `${props.id}-${position}`;
          return (
            <div role="listitem" key={position}>
              <div className="jp-TerrariumEditor-row">
                <DraftInput
                  value={entry.key}
                  label={trans.__('Name of variable %1', position + 1)}
                  commit={name => rename(entry.key, name.trim())}
                />
                <span aria-hidden="true">=</span>
                <DraftInput
                  value={entry.value}
                  label={trans.__('Value of %1', entry.key)}
                  invalid={findings.some(item => item.severity === 'error')}
                  describedBy={findings.length ? id : undefined}
                  commit={value => model.edit(setVariable(entry.key, value))}
                />
                <IconButton
                  icon={closeIcon}
                  role="remove"
                  label={trans.__('Remove %1', entry.key)}
                  onClick={() => model.edit(removeVariable(entry.key))}
                />
              </div>
              <Findings findings={findings} id={id} />
            </div>
          );
        })}
      </Rows>
      <AddInput
        label={trans.__('Variable to add')}
        button={trans.__('Add')}
        placeholder={trans.__('Add a variable: NAME=value')}
        add={add}
      />
    </Section>
  );
}
