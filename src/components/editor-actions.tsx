import React from 'react';

import { ConflictView } from './editor-conflict';
import { useEditor } from './editor-context';
import { ModeChoice } from './plan-mode';
import { ProblemWords } from './plan-problem';
import { useKeptFocus } from './use-kept-focus';

/** The buttons, and why the last *Build* was refused. */
export function ActionsView(): JSX.Element {
  const { model, build, close, trans } = useEditor();
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
      <div className="jp-TerrariumEditor-actions">
        <span className="jp-TerrariumEditor-said" role="status">
          {model.building
            ? trans.__('Handing over to the builder…')
            : model.missing === 'plan'
              ? trans.__(
                  'Not built: the plan says what has to be mended first.'
                )
              : ''}
        </span>
        <button
          type="button"
          className="jp-Button jp-mod-styled jp-mod-reject"
          onClick={close}
        >
          {trans.__('Cancel')}
        </button>
        <button
          type="button"
          className="jp-Button jp-mod-styled jp-mod-accept"
          data-focus="fallback"
          title={trans.__('Build (Ctrl+Enter)')}
          aria-keyshortcuts="Control+Enter Meta+Enter"
          aria-disabled={model.building}
          onClick={build}
        >
          {trans.__('Build')}
        </button>
      </div>
    </div>
  );
}
