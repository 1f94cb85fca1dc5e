import React, { useState } from 'react';

import { formatAgo } from '../format';
import type { OtherVersion } from '../types';
import { useEditor } from './editor-context';

/** Somebody else was faster: both texts, and the ways on. Neither is lost. */
export function ConflictView(props: { conflict: OtherVersion }): JSX.Element {
  const { model, trans } = useEditor();
  const [shown, setShown] = useState(false);
  const { version, created, created_by, specification_text } = props.conflict;
  return (
    <section
      className="jp-TerrariumEditor-refusal jp-TerrariumEditor-conflict"
      role="alert"
    >
      <strong>
        {trans.__('%1 has changed this environment meanwhile', created_by)}
      </strong>
      <p>
        {trans.__(
          'Version %1 was saved %2. Your text is still here, and nothing was overwritten.',
          version,
          formatAgo(created, Date.now(), trans)
        )}
      </p>
      <div className="jp-TerrariumEditor-conflictActions">
        <button
          type="button"
          className="jp-Button jp-mod-styled jp-TerrariumEditor-smallButton"
          aria-expanded={shown}
          onClick={() => setShown(!shown)}
        >
          {shown
            ? trans.__('Hide version %1', version)
            : trans.__('Look at version %1', version)}
        </button>
        <button
          type="button"
          className="jp-Button jp-mod-styled jp-TerrariumEditor-smallButton"
          title={trans.__(
            'Your text becomes the version after %1, which stays in the list of versions',
            version
          )}
          onClick={() => model.applyOnTop()}
        >
          {trans.__('Apply my text on top of it')}
        </button>
      </div>
      {shown && (
        <div className="jp-TerrariumEditor-texts">
          <Text
            title={trans.__('Version %1, by %2', version, created_by)}
            text={specification_text}
          />
          <Text title={trans.__('Your text')} text={model.text} />
        </div>
      )}
    </section>
  );
}

function Text(props: { title: string; text: string }): JSX.Element {
  return (
    <figure>
      <figcaption>{props.title}</figcaption>
      <pre tabIndex={0} aria-label={props.title}>
        {props.text}
      </pre>
    </figure>
  );
}
