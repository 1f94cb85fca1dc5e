import React, { useEffect } from 'react';

import { findingsElsewhere } from '../editor-findings';
import type { EditorModel } from '../editor-model';
import { textErrorWords } from '../editor-words';
import { ChannelsSection } from './editor-channels';
import { useEditor } from './editor-context';
import { PackagesSection } from './editor-packages';
import { PipSection } from './editor-pip';
import { PlatformsSection } from './editor-platforms';
import { RunsOnSection } from './editor-runs-on';
import { Findings } from './editor-section';
import { LockfileForm } from './plan-lockfile';
import { VariablesSection } from './editor-variables';

/** The specification as a form; read-only while the YAML has an error. */
export function FormView(props: { id: string }): JSX.Element {
  const { model, drawn } = useEditor();
  const { id } = props;
  useEffect(drawn, []);
  if (model.lockfile) {
    return (
      <div className="jp-TerrariumEditor-form">
        <LockfileForm />
      </div>
    );
  }
  const broken = model.reading.error !== null;
  return (
    <div className="jp-TerrariumEditor-form">
      <BrokenNote />
      {!broken && <Findings findings={otherFindings(model)} places />}
      <fieldset disabled={broken} className="jp-TerrariumEditor-fieldset">
        <PackagesSection id={`${id}-package`} />
        <ChannelsSection id={`${id}-channel`} />
        <PipSection id={`${id}-pip`} />
        <PlatformsSection />
        <RunsOnSection id={`${id}-runs-on`} />
        <VariablesSection id={`${id}-variable`} />
      </fieldset>
    </div>
  );
}

/** Says that, where and why the form cannot follow the text. */
function BrokenNote(): JSX.Element | null {
  const { model, reveal, trans } = useEditor();
  const { error } = model.reading;
  if (!error) {
    return null;
  }
  return (
    <div className="jp-TerrariumEditor-broken" role="alert">
      <strong>
        {trans.__('The YAML has an error at line %1.', error.line)}
      </strong>
      <span>{textErrorWords(error, trans)}</span>
      <span>{trans.__('The form can be used again once it is mended.')}</span>
      <button
        type="button"
        className="jp-Button jp-mod-styled jp-TerrariumEditor-smallButton"
        onClick={() => reveal(error.line, error.column)}
      >
        {trans.__('Show the line')}
      </button>
    </div>
  );
}

/** Errors about what has no field in the form. */
function otherFindings(
  model: EditorModel
): ReturnType<typeof findingsElsewhere> {
  const { channels, platforms, packages, pip, runsOn, variables } = model.form;
  const entries = [
    ...channels,
    ...platforms,
    ...packages,
    ...pip,
    ...runsOn,
    ...variables
  ];
  // Notices stand beside the plan; here only what has to be mended.
  return findingsElsewhere(model.findings, entries).filter(
    item => item.severity === 'error'
  );
}
