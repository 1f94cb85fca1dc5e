import React from 'react';

import { addPackage } from '../spec-edits';
import type { Plan } from '../types';
import { useEditor } from './editor-context';

/** Says that notebooks cannot use the environment, and offers the remedy. */
export function KernelNote(props: { plan: Plan }): JSX.Element | null {
  const { model, trans } = useEditor();
  if (props.plan.has_kernel) {
    return null;
  }
  const names = model.form.packages.map(item => item.name);
  // An environment of R alone has no use for Python's kernel.
  const r = names.some(name => name === 'r-base' || name.startsWith('r-'));
  const kernel = r && !names.includes('python') ? 'r-irkernel' : 'ipykernel';
  return (
    <div className="jp-TerrariumPlan-note">
      <span>
        {trans.__('No kernel in it: notebooks cannot use this environment.')}
      </span>{' '}
      <button
        type="button"
        className="jp-Button jp-mod-styled jp-TerrariumEditor-smallButton"
        disabled={model.reading.error !== null}
        onClick={() => model.edit(addPackage(kernel))}
      >
        {trans.__('Add %1', kernel)}
      </button>
    </div>
  );
}

/** Asks which packages may run a script of theirs when they are installed. */
export function ScriptsNote(props: {
  names: readonly string[];
}): JSX.Element | null {
  const { model, trans } = useEditor();
  if (props.names.length === 0) {
    return null;
  }
  return (
    <fieldset className="jp-TerrariumPlan-note jp-TerrariumPlan-scripts">
      <legend>
        {trans._n(
          '%1 package brings a script that runs after installing',
          '%1 packages bring a script that runs after installing',
          props.names.length
        )}
      </legend>
      {props.names.map(name => (
        <label key={name}>
          <input
            type="checkbox"
            checked={model.mayRun(name)}
            onChange={event => model.allowScript(name, event.target.checked)}
          />
          {trans.__('%1 may run its script', name)}
        </label>
      ))}
      <div className="jp-TerrariumEditor-hint">
        {trans.__(
          'Without it the version is ready with a warning. Scripts run without network and credentials.'
        )}
      </div>
    </fieldset>
  );
}
