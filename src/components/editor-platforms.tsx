import React from 'react';

import { findingsAt } from '../editor-findings';
import { setPlatform } from '../spec-edits';
import { useEditor } from './editor-context';
import { Findings, Section } from './editor-section';

/** The platforms that conda-forge builds for, as the server's `models/platforms.py`. */
const PLATFORMS = [
  'linux-64',
  'linux-aarch64',
  'linux-ppc64le',
  'osx-64',
  'osx-arm64',
  'win-64',
  'win-arm64'
];

/** The platforms that are solved for. */
export function PlatformsSection(): JSX.Element {
  const { model, trans } = useEditor();
  const listed = model.form.platforms;
  const names = listed.map(item => item.text);
  const known = [
    model.platform,
    ...PLATFORMS.filter(name => name !== model.platform),
    ...names.filter(
      name => name !== model.platform && !PLATFORMS.includes(name)
    )
  ];
  const implied = listed.length === 0;
  return (
    <Section
      title={trans.__('Platforms')}
      hint={trans.__('Where the same environment can be made from one lock.')}
    >
      <div className="jp-TerrariumEditor-choices">
        {known.map(name => (
          <label key={name}>
            <input
              type="checkbox"
              checked={implied ? name === model.platform : names.includes(name)}
              // Nobody listed means this server's; it cannot be less than that.
              disabled={implied && name === model.platform}
              onChange={event =>
                model.edit(
                  setPlatform(name, event.target.checked, model.platform)
                )
              }
            />
            {name === model.platform
              ? trans.__('%1 (this server)', name)
              : name}
          </label>
        ))}
      </div>
      {listed.map(entry => (
        <Findings
          key={entry.path}
          findings={findingsAt(model.findings, entry)}
        />
      ))}
    </Section>
  );
}
