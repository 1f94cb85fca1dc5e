import React, { useId } from 'react';

import type { PlanMode } from '../types';
import { useEditor } from './editor-context';

/** How much of an environment an edit may move; a new one has nothing to keep. */
export function ModeChoice(): JSX.Element | null {
  const { model, trans } = useEditor();
  const name = useId();
  if (!model.base || model.lockfile) {
    return null;
  }
  const choices: [PlanMode, string, string][] = [
    [
      'keep',
      trans.__('keep what works'),
      trans.__('Only what your change needs moves; all else stays as it is.')
    ],
    [
      'refresh',
      trans.__('refresh everything'),
      trans.__('Every package becomes the newest that fits.')
    ]
  ];
  return (
    <fieldset className="jp-TerrariumPlan-mode">
      <legend className="jp-TerrariumEditor-hidden">
        {trans.__('Packages that you did not change')}
      </legend>
      {choices.map(([mode, label, title]) => (
        <label key={mode} title={title}>
          <input
            type="radio"
            name={name}
            checked={model.mode === mode}
            onChange={() => model.setMode(mode)}
          />
          {label}
        </label>
      ))}
    </fieldset>
  );
}
