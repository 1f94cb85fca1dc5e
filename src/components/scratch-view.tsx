import React, { useCallback, useEffect, useState } from 'react';
import { inWords } from '../commands/report';
import { formatAgo } from '../format';
import { ScratchApi } from '../scratch-api';
import { CommandIDs } from '../tokens';
import type { Environment, Scratch } from '../types';
import { useTerrarium } from './context';
import { MessageView } from './message-view';

/** What the caller tries out over an environment, with how much was added by hand. */
export function ScratchView(props: {
  environment: Environment;
}): JSX.Element | null {
  const { commands, model, trans } = useTerrarium();
  const { environment } = props;
  const [layers, setLayers] = useState<Scratch[]>([]);
  const [error, setError] = useState('');

  const refresh = useCallback(async () => {
    try {
      const { items } = await new ScratchApi(model.api.settings).scratches();
      setLayers(
        items.filter(
          item =>
            item.namespace === environment.namespace &&
            item.environment === environment.name
        )
      );
      setError('');
    } catch (reason) {
      setError(inWords(reason));
    }
  }, [model, environment]);

  useEffect(() => {
    void refresh();
    // `pip install` in a notebook tells nobody: look again when the user comes back.
    window.addEventListener('focus', refresh);
    return () => window.removeEventListener('focus', refresh);
  }, [refresh]);

  if (error) {
    return <MessageView message={error} alert />;
  }
  if (layers.length === 0) {
    return null;
  }
  const now = Date.now();
  return (
    <section
      className="jp-Terrarium-scratches"
      aria-label={trans.__('Trying out')}
      onFocus={() => void refresh()}
    >
      <h3>{trans.__('Trying out')}</h3>
      <ul>
        {layers.map(layer => (
          <li key={layer.id} className="jp-Terrarium-scratch">
            <span
              className="jp-Terrarium-scratchBadge"
              data-added={layer.added.length}
            >
              {trans._n(
                '%1 package added by hand',
                '%1 packages added by hand',
                layer.added.length
              )}
            </span>
            <span>
              {trans.__(
                'over version %1, %2',
                layer.version,
                formatAgo(layer.created, now, trans)
              )}
            </span>
            <div className="jp-Terrarium-scratchAdded">
              {layer.added
                .map(item => `${item.name} ${item.version}`)
                .join(', ') ||
                trans.__(
                  'Write %pip install and a package’s name into a cell of its notebook.'
                )}
            </div>
            <div className="jp-Terrarium-scratchActions">
              {[
                CommandIDs.openScratch,
                CommandIDs.keepScratch,
                CommandIDs.discardScratch
              ].map(id => (
                <button
                  key={id}
                  type="button"
                  className="jp-mod-styled jp-Terrarium-button"
                  data-command={id}
                  disabled={
                    id === CommandIDs.keepScratch && layer.added.length === 0
                  }
                  title={commands.caption(id)}
                  onClick={() =>
                    void commands
                      .execute(id, { scratch: layer.id })
                      .then(() => refresh())
                  }
                >
                  {commands.label(id)}
                </button>
              ))}
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}
