import { Dialog, showDialog } from '@jupyterlab/apputils';
import React, { useState } from 'react';
import { formatDay } from '../card-words';
import { formatAgo } from '../format';
import { highestScope, tokenState } from '../token-words';
import type { ApiToken, ApiTokenCreate } from '../types';
import { useModel, useTerrarium } from './context';
import { MessageView } from './message-view';
import { TokenForm } from './token-form';
import { useKeptFocus } from './use-kept-focus';
import { useTokens } from './use-tokens';

/** The main area tab about tokens: what scripts and other servers log in with. */
export function TokensView(): JSX.Element {
  const { trans } = useTerrarium();
  const model = useModel();
  const [everybody, setEverybody] = useState(false);
  const { tokens, error, busy, create, revoke } = useTokens(everybody);
  const focus = useKeptFocus<HTMLDivElement>();

  const make = async (body: ApiTokenCreate): Promise<boolean> => {
    const made = await create(body);
    if (!made) {
      return false;
    }
    const { SecretBody } = await import('../widgets/secret');
    await showDialog({
      title: made.name
        ? trans.__('Token for %1', made.name)
        : trans.__('New token'),
      body: new SecretBody({
        secret: made.token,
        label: trans.__('The token'),
        button: trans.__('Copy Token'),
        hint: trans.__(
          'Copy it now: it is shown only once. Whoever has it may do in your name what it permits, until %1 or until you revoke it.',
          made.expires ? formatDay(made.expires) : ''
        ),
        trans
      }),
      buttons: [Dialog.okButton({ label: trans.__('Done') })],
      // Enter copies it before anything closes.
      focusNodeSelector: 'button'
    });
    return true;
  };
  const end = async (token: ApiToken): Promise<void> => {
    const { button } = await showDialog({
      title: trans.__('Revoke this token?'),
      body: trans.__(
        'Whatever uses it is refused from now on, and it cannot be had back.'
      ),
      buttons: [
        Dialog.cancelButton({ label: trans.__('Keep') }),
        Dialog.warnButton({ label: trans.__('Revoke') })
      ],
      defaultButton: 0
    });
    if (button.accept) {
      await revoke(token.id);
    }
  };
  return (
    <div className="jp-Terrarium-details jp-Terrarium-page jp-Terrarium-tokens">
      <header className="jp-Terrarium-detailsHeader">
        <div className="jp-Terrarium-detailsTitle">
          <h2>{trans.__('Tokens')}</h2>
        </div>
        <p className="jp-Terrarium-detailsSubtitle">
          {trans.__(
            'A token lets a script or another server work here in your name. It never permits more than you may.'
          )}
        </p>
      </header>
      <div {...focus} aria-busy={busy}>
        {model.status?.administrator && (
          <label className="jp-Terrarium-pageChoice">
            <input
              type="checkbox"
              checked={everybody}
              onChange={event => setEverybody(event.target.checked)}
            />
            {trans.__('Tokens of everybody')}
          </label>
        )}
        {error && <MessageView {...error} alert />}
        {tokens && tokens.length === 0 && <p>{trans.__('There are none.')}</p>}
        {tokens && tokens.length > 0 && (
          <TokenTable tokens={tokens} owners={everybody} onRevoke={end} />
        )}
        <h3>{trans.__('Make a token')}</h3>
        <TokenForm onMake={make} />
      </div>
    </div>
  );
}

function TokenTable(props: {
  tokens: readonly ApiToken[];
  /** Whether it is told whose each is. */
  owners: boolean;
  onRevoke: (token: ApiToken) => Promise<void>;
}): JSX.Element {
  const { trans } = useTerrarium();
  return (
    <table className="jp-Terrarium-table">
      <thead>
        <tr>
          <th scope="col">{trans.__('For')}</th>
          <th scope="col">{trans.__('Permits')}</th>
          <th scope="col">{trans.__('State')}</th>
          <th scope="col">{trans.__('Last used')}</th>
          <th scope="col">
            <span className="jp-Terrarium-visuallyHidden">
              {trans.__('Actions')}
            </span>
          </th>
        </tr>
      </thead>
      <tbody>
        {props.tokens.map(token => (
          <tr key={token.id} data-state={token.state}>
            <th scope="row">
              {token.name || trans.__('(no name)')}
              {props.owners && (
                <div className="jp-Terrarium-versionNote">
                  {trans.__('of %1', token.user)}
                </div>
              )}
            </th>
            <td>
              {highestScope(token)}
              {token.namespace !== null && (
                <div className="jp-Terrarium-versionNote">
                  {trans.__('only in %1', token.namespace)}
                </div>
              )}
            </td>
            <td>{tokenState(token, trans)}</td>
            <td>
              {token.last_used
                ? formatAgo(token.last_used, Date.now(), trans)
                : trans.__('never')}
            </td>
            <td>
              {token.state === 'active' && (
                <button
                  type="button"
                  className="jp-mod-styled jp-Terrarium-button"
                  aria-label={
                    token.name
                      ? trans.__('Revoke the token for %1', token.name)
                      : trans.__('Revoke this token')
                  }
                  onClick={() => void props.onRevoke(token)}
                >
                  {trans.__('Revoke')}
                </button>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
