import React, { useRef, useState } from 'react';
import { reporting } from '../commands/report';
import type { IEnvironmentRef } from '../tokens';
import type { VersionSummary } from '../types';
import { useTerrarium } from './context';

/** The note of a version; whoever may change it edits it where it stands. */
export function VersionNote(props: {
  target: IEnvironmentRef;
  version: VersionSummary;
  editable: boolean;
}): JSX.Element | null {
  const { model, trans } = useTerrarium();
  const { target, version, editable } = props;
  const [draft, setDraft] = useState<string | null>(null);
  const opener = useRef<HTMLButtonElement>(null);
  const label = trans.__('Note of version %1', version.number);

  if (draft === null) {
    return version.note || editable ? (
      <div className="jp-Terrarium-note">
        {version.note && <span>{version.note}</span>}
        {editable && (
          <button
            ref={opener}
            type="button"
            className="jp-Terrarium-link"
            aria-label={
              version.note
                ? trans.__('Edit the note of version %1', version.number)
                : trans.__('Add a note to version %1', version.number)
            }
            onClick={() => setDraft(version.note)}
          >
            {version.note ? trans.__('Edit note') : trans.__('Add a note')}
          </button>
        )}
      </div>
    ) : null;
  }

  const close = () => {
    setDraft(null);
    // The opener is drawn again; the focus goes back to where it was.
    requestAnimationFrame(() => opener.current?.focus());
  };
  const save = async () => {
    const saved = await reporting(() =>
      model.api.updateVersion(target.namespace, target.name, version.number, {
        note: draft
      })
    );
    if (saved) {
      close();
    }
  };
  return (
    <form
      className="jp-Terrarium-note"
      onSubmit={event => {
        event.preventDefault();
        void save();
      }}
    >
      <input
        type="text"
        className="jp-mod-styled"
        aria-label={label}
        placeholder={trans.__('For example: used for the report of May')}
        maxLength={2000}
        value={draft}
        autoFocus
        onChange={event => setDraft(event.target.value)}
        onKeyDown={event => {
          if (event.key === 'Escape') {
            event.stopPropagation();
            close();
          }
        }}
      />
      <button type="submit" className="jp-mod-styled jp-Terrarium-button">
        {trans.__('Save')}
      </button>
      <button
        type="button"
        className="jp-mod-styled jp-Terrarium-button"
        onClick={close}
      >
        {trans.__('Cancel')}
      </button>
    </form>
  );
}
