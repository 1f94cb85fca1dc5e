import React from 'react';

import { lockfileWords } from '../editor-words';
import type { ILockfileText } from '../lockfile-text';
import { useEditor } from './editor-context';

/** In the plan's place: a lockfile is an answer already, so nothing is solved. */
export function LockfileNote(props: { lockfile: ILockfileText }): JSX.Element {
  const { model, trans } = useEditor();
  const { platforms } = props.lockfile;
  const foreign = platforms.length > 0 && !platforms.includes(model.platform);
  return (
    <>
      <p
        className="jp-TerrariumPlan-note"
        data-tone={foreign ? 'warn' : 'good'}
        role="status"
        data-action="lockfile-words"
      >
        {lockfileWords(props.lockfile, trans)}
        {foreign &&
          ' ' +
            trans.__(
              'Not here: it has nothing for this server (%1).',
              model.platform
            )}
      </p>
      <p className="jp-TerrariumEditor-hint">
        {trans.__(
          'There is nothing to choose in it: to change packages, edit the environment once it is built.'
        )}
      </p>
    </>
  );
}

/** In the form's place: the way back to what was there before. */
export function LockfileForm(): JSX.Element {
  const { model, trans } = useEditor();
  const { before } = model;
  return (
    <div className="jp-TerrariumEditor-lockfile">
      <strong>{trans.__('A lockfile')}</strong>
      <span>
        {trans.__('Its exact package files are listed under “YAML”.')}
      </span>
      {before !== null && (
        <button
          type="button"
          className="jp-Button jp-mod-styled jp-TerrariumEditor-smallButton"
          onClick={() => model.setText(before)}
        >
          {trans.__('Back to the form')}
        </button>
      )}
    </div>
  );
}
