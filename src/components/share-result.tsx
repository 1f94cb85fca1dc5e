import React from 'react';
import { formatDay } from '../card-words';
import type { IShareResultOptions } from '../widgets/share';
import { CopyOnce } from './copy-once';

/** A new link, which is shown now and never again. */
export function ShareResultView(props: IShareResultOptions): JSX.Element {
  const { trans, link, made } = props;
  return (
    <div className="jp-Terrarium-share">
      <CopyOnce
        secret={link}
        label={trans.__('The link')}
        button={trans.__('Copy Link')}
        trans={trans}
      />
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
