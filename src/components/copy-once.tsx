import { Clipboard } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import React, { useState } from 'react';

/** A secret that is shown now and never again, and a button that copies it. */
export function CopyOnce(props: {
  secret: string;
  /** What it is, for screen readers. */
  label: string;
  /** What the button says. */
  button: string;
  trans: TranslationBundle;
}): JSX.Element {
  const { trans, secret } = props;
  const [copied, setCopied] = useState(false);
  return (
    <>
      <div className="jp-Terrarium-shareLink">
        <input
          type="text"
          className="jp-mod-styled"
          aria-label={props.label}
          readOnly
          value={secret}
          onFocus={event => event.target.select()}
        />
        <button
          type="button"
          className="jp-mod-styled jp-mod-accept jp-Terrarium-button"
          onClick={() => {
            Clipboard.copyToSystem(secret);
            setCopied(true);
          }}
        >
          {props.button}
        </button>
      </div>
      <p className="jp-Terrarium-shareHint" role="status">
        {copied ? trans.__('Copied.') : ''}
      </p>
    </>
  );
}
