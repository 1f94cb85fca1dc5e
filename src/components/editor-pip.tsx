import { closeIcon } from '@jupyterlab/ui-components';
import React from 'react';

import { findingsAt } from '../editor-findings';
import { addPip, removeEntry, setEntry } from '../spec-edits';
import { useEditor } from './editor-context';
import { AddInput, DraftInput } from './editor-draft';
import { Rows } from './editor-rows';
import { Findings, IconButton, Section } from './editor-section';

/** What comes from a Python index rather than a channel. */
export function PipSection(props: { id: string }): JSX.Element {
  const { model, trans } = useEditor();
  const { pip } = model.form;
  return (
    <Section
      title={trans.__('From pip')}
      hint={trans.__(
        'Python packages that no channel has: names, addresses or wheel files.'
      )}
    >
      <Rows label={trans.__('From pip')} count={pip.length}>
        {pip.map((entry, position) => {
          const findings = findingsAt(model.findings, entry);
          const id = `${props.id}-${entry.index}`;
          return (
            <div role="listitem" key={entry.path}>
              <div className="jp-TerrariumEditor-row">
                <DraftInput
                  value={entry.text}
                  label={trans.__('Requirement %1', position + 1)}
                  invalid={findings.some(item => item.severity === 'error')}
                  describedBy={findings.length ? id : undefined}
                  commit={value => model.edit(setEntry(entry, value.trim()))}
                />
                <IconButton
                  icon={closeIcon}
                  role="remove"
                  label={trans.__('Remove %1', entry.text)}
                  onClick={() => model.edit(removeEntry(entry))}
                />
              </div>
              {entry.comment && (
                <div className="jp-TerrariumEditor-comment">
                  {entry.comment}
                </div>
              )}
              <Findings findings={findings} id={id} />
            </div>
          );
        })}
      </Rows>
      <AddInput
        label={trans.__('Pip requirement to add')}
        button={trans.__('Add')}
        placeholder={trans.__('Add a requirement, e.g. rich>=13')}
        add={value => model.edit(addPip(value))}
      />
    </Section>
  );
}
