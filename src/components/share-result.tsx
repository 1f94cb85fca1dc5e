import { Clipboard } from '@jupyterlab/apputils';
import React, { useState } from 'react';
import { formatDay } from '../card-words';
import type { IShareResultOptions } from '../widgets/share';

/** A new link, which is shown now and never again. */
export function ShareResultView(props: IShareResultOptions): JSX.Element {
  const { trans, link, made } = props;
  const [copied, setCopied] = useState(false);
  return (
    <div className="jp-Terrarium-share">
      <div className="jp-Terrarium-shareLink">
        <input
          type="text"
          className="jp-mod-styled"
          aria-label={trans.__('The link')}
          readOnly
          value={link}
          onFocus={event => event.target.select()}
        />
        <button
          type="button"
          className="jp-mod-styled jp-mod-accept jp-Terrarium-button"
          onClick={() => {
            Clipboard.copyToSystem(link);
            setCopied(true);
          }}
        >
          {trans.__('Copy Link')}
        </button>
      </div>
      <p className="jp-Terrarium-shareHint" role="status">
        {copied ? trans.__('Copied.') : ''}
      </p>
      <p className="jp-Terrarium-shareHint">
        {trans.__(
          'Copy it now: it is shown only once. Whoever it is meant for can open it until %1, unless you revoke it under Sharing.',
          made.expires ? formatDay(made.expires) : ''
        )}
      </p>
      {made.page && (
        <label>
          {trans.__('For people without JupyterLab')}
          <input
            type="text"
            className="jp-mod-styled"
            readOnly
            value={made.page}
            onFocus={event => event.target.select()}
          />
        </label>
      )}
      {props.local && (
        <p className="jp-Terrarium-shareHint" role="note">
          {trans.__('It opens on this machine only.')}
        </p>
      )}
    </div>
  );
}
