import React, { useEffect } from 'react';

import { ConflictView } from './editor-conflict';
import { useEditor } from './editor-context';
import { TaskView } from './editor-task';
import { ModeChoice } from './plan-mode';
import { ProblemWords } from './plan-problem';
import { useKeptFocus } from './use-kept-focus';

/** The buttons, and why the last *Build* was refused. */
export function ActionsView(): JSX.Element {
  const { model, build, close, decline, drawn, trans } = useEditor();
  useEffect(drawn, []);
  const labels = {
    build: trans.__('Build'),
    propose: trans.__('Propose'),
    review: trans.__('Approve and Build')
  };
  const label = labels[model.task.kind];
  const { refusal } = model;
  return (
    <div
      {...useKeptFocus<HTMLDivElement>()}
      className="jp-TerrariumEditor-footer"
    >
      {model.conflict && <ConflictView conflict={model.conflict} />}
      {refusal && !refusal.conflict && (
        <div className="jp-TerrariumEditor-refusal" role="alert">
          <ProblemWords problem={refusal} />
        </div>
      )}
      <ModeChoice />
      <TaskView />
      <div className="jp-TerrariumEditor-actions">
        <span className="jp-TerrariumEditor-said" role="status">
          {model.building
            ? model.task.kind === 'propose'
              ? trans.__('Sending the proposal…')
              : trans.__('Handing over to the builder…')
            : model.missing === 'plan'
              ? trans.__('Not yet: the plan says what has to be mended first.')
              : model.missing === 'reason'
                ? trans.__('Say why: those who decide read it.')
                : ''}
        </span>
        <button
          type="button"
          className="jp-Button jp-mod-styled jp-mod-reject"
          onClick={close}
        >
          {trans.__('Cancel')}
        </button>
        {model.task.kind === 'review' && (
          <button
            type="button"
            className="jp-Button jp-mod-styled"
            onClick={decline}
          >
            {trans.__('Decline…')}
          </button>
        )}
        <button
          type="button"
          className="jp-Button jp-mod-styled jp-mod-accept"
          data-focus="fallback"
          data-action="build"
          title={trans.__('%1 (Ctrl+Enter)', label)}
          aria-keyshortcuts="Control+Enter Meta+Enter"
          aria-disabled={model.building}
          onClick={build}
        >
          {label}
        </button>
      </div>
    </div>
  );
}
