import React from 'react';
import { CommandIDs } from '../tokens';
import { useTerrarium } from './context';

/** What is shown before there is any environment: what one is, and how to begin. */
export function EmptyView(): JSX.Element {
  const { commands, trans } = useTerrarium();
  const begin = (mode: 'form' | 'yaml') =>
    void commands.execute(CommandIDs.create, { mode });
  return (
    <div className="jp-Terrarium-empty">
      <p>
        {trans.__(
          'An environment is a set of packages, with a Python or R of its own, that notebooks run in and that can be made again exactly.'
        )}
      </p>
      <p>{trans.__('Begin with one of these:')}</p>
      <button
        type="button"
        className="jp-mod-styled jp-mod-accept jp-Terrarium-button"
        onClick={() => begin('form')}
      >
        {trans.__('Choose packages')}
      </button>
      <button
        type="button"
        className="jp-mod-styled jp-Terrarium-button"
        onClick={() => begin('yaml')}
      >
        {trans.__('Paste an environment.yml')}
      </button>
      <p className="jp-Terrarium-emptyTip">
        {trans.__(
          'Or right-click an environment.yml in the file browser and choose “Create Environment from This File”.'
        )}
      </p>
    </div>
  );
}
