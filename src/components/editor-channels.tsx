import {
  caretDownEmptyThinIcon,
  caretUpEmptyThinIcon,
  closeIcon
} from '@jupyterlab/ui-components';
import React from 'react';

import { findingsAt } from '../editor-findings';
import { addChannel, moveEntry, removeEntry, setEntry } from '../spec-edits';
import { useEditor } from './editor-context';
import { AddInput, DraftInput } from './editor-draft';
import { Rows } from './editor-rows';
import { Findings, IconButton, Section } from './editor-section';

/** Where packages come from, the first channel before the second. */
export function ChannelsSection(props: { id: string }): JSX.Element {
  const { model, trans } = useEditor();
  const { channels } = model.form;
  const hint =
    channels.length === 0
      ? trans.__(
          'None named: %1 is used.',
          model.defaultChannels.join(', ') || '–'
        )
      : channels.length > 1
        ? trans.__('A package is taken from the first channel that has it.')
        : undefined;
  return (
    <Section title={trans.__('Channels')} hint={hint}>
      <Rows label={trans.__('Channels')} count={channels.length}>
        {channels.map((entry, position) => {
          const findings = findingsAt(model.findings, entry);
          const id = `${props.id}-${entry.index}`;
          return (
            <div role="listitem" key={entry.path}>
              <div className="jp-TerrariumEditor-row">
                <DraftInput
                  value={entry.text}
                  label={trans.__('Channel %1', position + 1)}
                  invalid={findings.some(item => item.severity === 'error')}
                  describedBy={findings.length ? id : undefined}
                  commit={value => model.edit(setEntry(entry, value.trim()))}
                />
                <IconButton
                  icon={caretUpEmptyThinIcon}
                  role="up"
                  label={trans.__('Move %1 up', entry.text)}
                  disabled={position === 0}
                  onClick={() => model.edit(moveEntry(entry, -1))}
                />
                <IconButton
                  icon={caretDownEmptyThinIcon}
                  role="down"
                  label={trans.__('Move %1 down', entry.text)}
                  disabled={position === channels.length - 1}
                  onClick={() => model.edit(moveEntry(entry, 1))}
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
        label={trans.__('Channel to add')}
        button={trans.__('Add')}
        placeholder={trans.__('Add a channel: its name or address')}
        add={value => model.edit(addChannel(value))}
      />
    </Section>
  );
}
