import type { LabIcon } from '@jupyterlab/ui-components';
import React from 'react';

import type { ISeverityFinding } from '../editor-findings';
import { useEditor } from './editor-context';
import { Words } from './words';

/** A part of the form under its heading. */
export function Section(
  props: React.PropsWithChildren<{ title: string; hint?: string }>
): JSX.Element {
  return (
    <section className="jp-TerrariumEditor-section" aria-label={props.title}>
      <h3 className="jp-TerrariumEditor-heading">{props.title}</h3>
      {props.hint && <p className="jp-TerrariumEditor-hint">{props.hint}</p>}
      {props.children}
    </section>
  );
}

/** A small button that is only an icon to the eye. */
export function IconButton(props: {
  icon: LabIcon;
  label: string;
  onClick: () => void;
  disabled?: boolean;
  /** Marks the button for those who look for it in its list. */
  role?: 'remove' | 'up' | 'down';
}): JSX.Element {
  const { icon: Icon, label } = props;
  return (
    <button
      type="button"
      className="jp-TerrariumEditor-iconButton"
      title={label}
      aria-label={label}
      disabled={props.disabled}
      data-action={props.role}
      onClick={props.onClick}
    >
      <Icon.react tag="span" width="14px" height="14px" />
    </button>
  );
}

/** What is wrong with, or notable about, the entry above; each can be shown in the YAML. */
export function Findings(props: {
  findings: readonly ISeverityFinding[];
  id?: string;
  places?: boolean;
}): JSX.Element | null {
  const { reveal, trans } = useEditor();
  if (props.findings.length === 0) {
    return null;
  }
  return (
    <ul className="jp-TerrariumEditor-findings" id={props.id}>
      {props.findings.map((finding, index) => (
        <li key={index} data-severity={finding.severity}>
          <span className="jp-TerrariumEditor-severity">
            {finding.severity === 'error'
              ? trans.__('Error')
              : trans.__('Note')}
          </span>
          {props.places && finding.place && (
            <PlaceButton place={finding.place} reveal={reveal} />
          )}
          <span className="jp-TerrariumEditor-findingText">
            <Words text={finding.message} />
            {finding.hint && (
              <span className="jp-TerrariumEditor-findingHint">
                <Words text={finding.hint} />
              </span>
            )}
          </span>
        </li>
      ))}
    </ul>
  );
}

function PlaceButton(props: {
  place: { line: number; column: number };
  reveal: (line: number, column: number) => void;
}): JSX.Element {
  const { trans } = useEditor();
  const { line, column } = props.place;
  return (
    <button
      type="button"
      className="jp-TerrariumEditor-link"
      title={trans.__('Show line %1, column %2 of the YAML', line, column)}
      onClick={() => props.reveal(line, column)}
    >
      {trans.__('line %1', line)}
    </button>
  );
}
