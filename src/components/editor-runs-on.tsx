import React from 'react';

import { findingsAt } from '../editor-findings';
import { setRunsOn } from '../spec-edits';
import { useEditor } from './editor-context';
import { DraftInput } from './editor-draft';
import { Findings, Section } from './editor-section';

/** The machine that the environment is for, where it is not any machine of its platform. */
export function RunsOnSection(props: { id: string }): JSX.Element {
  const { model, trans } = useEditor();
  const entries = model.form.runsOn;
  const fields: [string, string, string][] = [
    ['cuda', trans.__('CUDA'), '12.4'],
    ['glibc', trans.__('glibc'), '2.28'],
    ['archspec', trans.__('Processor'), 'x86_64_v3'],
    ['linux', trans.__('Linux kernel'), '5.14'],
    ['osx', trans.__('macOS'), '13.0'],
    ['win', trans.__('Windows'), '10']
  ];
  return (
    <Section
      title={trans.__('Runs on')}
      hint={trans.__(
        'Solve for a machine other than this one, say one with a GPU. Leave empty what does not matter.'
      )}
    >
      <div className="jp-TerrariumEditor-grid">
        {fields.map(([key, label, example]) => {
          const entry = entries.find(item => item.key === key);
          const findings = entry ? findingsAt(model.findings, entry) : [];
          const id = `${props.id}-${key}`;
          return (
            <div key={key}>
              <label className="jp-TerrariumEditor-field">
                <span>{label}</span>
                <DraftInput
                  value={entry?.value ?? ''}
                  label={trans.__('Runs on: %1', label)}
                  placeholder={trans.__('e.g. %1', example)}
                  invalid={findings.some(item => item.severity === 'error')}
                  describedBy={findings.length ? id : undefined}
                  commit={value => model.edit(setRunsOn(key, value))}
                />
              </label>
              <Findings findings={findings} id={id} />
            </div>
          );
        })}
      </div>
    </Section>
  );
}
