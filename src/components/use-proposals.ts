import { useCallback, useEffect, useMemo, useState } from 'react';
import { inWords } from '../commands/report';
import { ProposalApi } from '../proposal-api';
import type { ITerrariumModel } from '../tokens';
import type { Proposal, TerrariumEvent } from '../types';
import { useTerrarium } from './context';

/** Proposals about one environment, or about all; fetched again whenever one changes. */
export function useProposals(
  namespace?: string,
  name?: string
): { proposals: readonly Proposal[] | null; error: string } {
  const { model } = useTerrarium();
  const api = useMemo(() => new ProposalApi(model.api.settings), [model]);
  const [proposals, setProposals] = useState<readonly Proposal[] | null>(null);
  const [error, setError] = useState('');
  const look = useCallback(async () => {
    try {
      const page =
        namespace !== undefined && name !== undefined
          ? await api.of(namespace, name)
          : await api.all();
      setProposals(page.items);
      setError('');
    } catch (reason) {
      setError(inWords(reason));
    }
  }, [api, namespace, name]);
  useEffect(() => {
    const slot = {};
    const onEvent = (_: ITerrariumModel, event: TerrariumEvent): void => {
      // A newer version moves the base of what waits.
      if (
        event.kind === 'proposal-changed' ||
        event.kind === 'version-created'
      ) {
        void look();
      }
    };
    model.events.connect(onEvent, slot);
    void look();
    return () => {
      model.events.disconnect(onEvent, slot);
    };
  }, [model, look]);
  return { proposals, error };
}
