import { closeIcon } from '@jupyterlab/ui-components';
import React from 'react';

import { findingsAt } from '../editor-findings';
import { addPackage, removeEntry } from '../spec-edits';
import type { IPackageEntry } from '../spec-yaml';
import { useEditor } from './editor-context';
import { Rows } from './editor-rows';
import { PackageSearchField } from './editor-search';
import { Findings, IconButton, Section } from './editor-section';
import { VersionField } from './editor-version';

/** The conda packages that are asked for. */
export function PackagesSection(props: { id: string }): JSX.Element {
  const { model, trans } = useEditor();
  const { packages, pip } = model.form;
  return (
    <Section title={trans.__('Packages')}>
      <PackageSearchField id={`${props.id}-search`} />
      <Rows label={trans.__('Packages')} count={packages.length}>
        {packages.map(entry => (
          <PackageRow
            key={entry.path}
            entry={entry}
            id={`${props.id}-${entry.index}`}
          />
        ))}
      </Rows>
      {packages.length + pip.length === 0 && <Starter />}
    </Section>
  );
}

function PackageRow(props: { entry: IPackageEntry; id: string }): JSX.Element {
  const { model, trans } = useEditor();
  const { entry, id } = props;
  const findings = findingsAt(model.findings, entry);
  const wrong = findings.some(item => item.severity === 'error');
  const said = findings.length > 0 ? `${id}-findings` : undefined;
  return (
    <div role="listitem" className="jp-TerrariumEditor-package">
      <div className="jp-TerrariumEditor-packageRow">
        <span className="jp-TerrariumEditor-packageName" title={entry.text}>
          {entry.channel && (
            <span className="jp-TerrariumEditor-packageChannel">
              {entry.channel}::
            </span>
          )}
          {entry.name}
        </span>
        <VersionField
          id={id}
          entry={entry}
          invalid={wrong}
          describedBy={said}
        />
        <IconButton
          icon={closeIcon}
          role="remove"
          label={trans.__('Remove %1', entry.name)}
          onClick={() => model.edit(removeEntry(entry))}
        />
      </div>
      {entry.comment && (
        <div className="jp-TerrariumEditor-comment">{entry.comment}</div>
      )}
      <Findings findings={findings} id={said} />
    </div>
  );
}

/** A way to begin, for those who do not know what to search for. */
function Starter(): JSX.Element {
  const { model, trans } = useEditor();
  const start = () =>
    model.edit(text => addPackage('ipykernel')(addPackage('python')(text)));
  return (
    <div className="jp-TerrariumEditor-starter">
      <span>{trans.__('No packages yet. Search for one, or begin with')}</span>{' '}
      <button
        type="button"
        className="jp-Button jp-mod-styled jp-TerrariumEditor-smallButton"
        onClick={start}
      >
        {trans.__('Python for notebooks')}
      </button>
    </div>
  );
}
