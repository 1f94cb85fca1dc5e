import React, { useId } from 'react';

import { useEditor } from './editor-context';

/** Why a change is proposed; or whose proposal this is, and a word to them. */
export function TaskView(): JSX.Element | null {
  const { model, trans } = useEditor();
  const id = useId();
  const { task } = model;
  if (task.kind === 'build') {
    return null;
  }
  const wanted = model.missing === 'reason';
  return (
    <div className="jp-TerrariumEditor-task">
      {task.kind === 'review' && (
        <p>
          {trans.__(
            '%1 proposes this: %2',
            task.proposal.user,
            task.proposal.reason
          )}
        </p>
      )}
      <label htmlFor={id}>
        {task.kind === 'propose'
          ? trans.__('Why? Those who decide read this.')
          : trans.__('A word to %1 (optional)', task.proposal.user)}
      </label>
      <input
        id={id}
        type="text"
        className="jp-mod-styled"
        data-action="reason"
        maxLength={2000}
        value={model.reason}
        aria-invalid={wanted || undefined}
        onChange={event => model.setReason(event.target.value)}
      />
    </div>
  );
}
