import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';
import React, { useCallback, useEffect, useMemo, useState } from 'react';
import { formatDay, rightsWord } from '../card-words';
import { inWords } from '../commands/report';
import { formatAgo } from '../format';
import { ShareApi } from '../share-api';
import { CommandIDs } from '../tokens';
import type { Environment, Share } from '../types';
import { useTerrarium } from './context';
import { MessageView } from './message-view';

/** The links to an environment: what they permit, who has used them, and their end. */
export function SharesView(props: { environment: Environment }): JSX.Element {
  const { commands, model, trans } = useTerrarium();
  const { namespace, name } = props.environment;
  const { shares, error } = useShares(namespace, name);
  const target = { namespace, name };
  return (
    <>
      {error && <MessageView message={error} alert />}
      {shares && shares.length === 0 && (
        <p>
          {trans.__(
            'No link leads here yet. A link lets others look at this environment, use it in their notebooks or copy it, without an account of this namespace.'
          )}
        </p>
      )}
      {shares && shares.length > 0 && (
        <table className="jp-Terrarium-table">
          <thead>
            <tr>
              <th scope="col">{trans.__('Leads to')}</th>
              <th scope="col">{trans.__('Permits to')}</th>
              <th scope="col">{trans.__('State')}</th>
              <th scope="col">{trans.__('Used')}</th>
              <th scope="col">{trans.__('Made by')}</th>
              <th scope="col">
                <span className="jp-Terrarium-visuallyHidden">
                  {trans.__('Actions')}
                </span>
              </th>
            </tr>
          </thead>
          <tbody>
            {shares.map(share => (
              <ShareRow
                key={share.id}
                share={share}
                me={model.status?.user ?? ''}
              />
            ))}
          </tbody>
        </table>
      )}
      <p className="jp-Terrarium-detailsActions">
        <button
          type="button"
          className="jp-mod-styled jp-Terrarium-button"
          disabled={!commands.isEnabled(CommandIDs.share, target)}
          onClick={() => void commands.execute(CommandIDs.share, target)}
        >
          {trans.__('Make a Link…')}
        </button>
        {commands.isEnabled(CommandIDs.environmentMembers, target) && (
          <button
            type="button"
            className="jp-mod-styled jp-Terrarium-button"
            onClick={() =>
              void commands.execute(CommandIDs.environmentMembers, target)
            }
          >
            {commands.label(CommandIDs.environmentMembers, target)}
          </button>
        )}
      </p>
    </>
  );
}

function ShareRow(props: { share: Share; me: string }): JSX.Element {
  const { commands, trans } = useTerrarium();
  const { share } = props;
  const ended = share.state === 'revoked' || share.state === 'expired';
  return (
    <tr data-state={share.state}>
      <td>
        {share.version === null
          ? trans.__('always current')
          : trans.__('version %1', share.version)}
        {share.note && (
          <div className="jp-Terrarium-versionNote">{share.note}</div>
        )}
      </td>
      <td>
        {rightsWord(share.rights, trans)}
        {share.subjects.length > 0 && (
          <div className="jp-Terrarium-versionNote">
            {trans.__('only %1', share.subjects.map(shortSubject).join(', '))}
          </div>
        )}
      </td>
      <td>{stateWords(share, trans)}</td>
      <td>{useWords(share, trans)}</td>
      <td>
        {share.created_by === props.me ? trans.__('you') : share.created_by}
      </td>
      <td>
        {!ended && (
          <button
            type="button"
            className="jp-mod-styled jp-Terrarium-button"
            onClick={() =>
              void commands.execute(CommandIDs.revokeShare, {
                share: share.id
              })
            }
          >
            {trans.__('Revoke')}
          </button>
        )}
      </td>
    </tr>
  );
}

function shortSubject(subject: string): string {
  return subject.replace(/^user:/, '');
}

function stateWords(share: Share, trans: TranslationBundle): string {
  switch (share.state) {
    case 'active':
      return share.expires
        ? trans.__('works until %1', formatDay(share.expires))
        : trans.__('works');
    case 'expired':
      return trans.__('expired');
    case 'revoked':
      return trans.__('revoked');
    case 'used-up':
      return trans.__('used up');
    case 'void':
      return trans.__('dead: its maker may not share this any more');
  }
}

function useWords(share: Share, trans: TranslationBundle): string {
  if (share.last_used === null) {
    return trans.__('never');
  }
  const last = formatAgo(share.last_used, Date.now(), trans);
  const people =
    share.max_uses === null
      ? trans._n('by %1 other', 'by %1 others', share.uses)
      : trans.__('by %1 of %2', share.uses, share.max_uses);
  return share.uses > 0 ? trans.__('%1, %2', last, people) : last;
}

/** The links, fetched again whenever one is made or revoked here. */
function useShares(
  namespace: string,
  name: string
): { shares: readonly Share[] | null; error: string } {
  const { commands, model } = useTerrarium();
  const api = useMemo(() => new ShareApi(model.api.settings), [model]);
  const [shares, setShares] = useState<readonly Share[] | null>(null);
  const [error, setError] = useState('');
  const look = useCallback(async () => {
    try {
      setShares((await api.of(namespace, name)).items);
      setError('');
    } catch (reason) {
      setError(inWords(reason));
    }
  }, [api, namespace, name]);
  useEffect(() => {
    const slot = {};
    const onExecuted = (
      _: CommandRegistry,
      done: CommandRegistry.ICommandExecutedArgs
    ): void => {
      if (done.id === CommandIDs.share || done.id === CommandIDs.revokeShare) {
        void done.result.then(look);
      }
    };
    commands.commandExecuted.connect(onExecuted, slot);
    void look();
    return () => {
      commands.commandExecuted.disconnect(onExecuted, slot);
    };
  }, [commands, look]);
  return { shares, error };
}
