import { useCallback, useEffect, useMemo, useState } from 'react';
import { inSentences } from '../commands/report';
import { MemberApi, type IMembersPlace } from '../member-api';
import type { ITerrariumModel } from '../tokens';
import type { Member, TerrariumEvent } from '../types';
import { useTerrarium } from './context';

/** The members of a namespace or an environment, and what can be done about them. */
export interface IMembers {
  /** Null until they are known. */
  members: readonly Member[] | null;
  /** Why the last thing could not be done, and what helps. */
  error: ReturnType<typeof inSentences> | null;
  /** Whether something is being done. */
  busy: boolean;
  /** Each tells whether it was done. */
  put: (member: Pick<Member, 'kind' | 'name' | 'role'>) => Promise<boolean>;
  remove: (member: Pick<Member, 'kind' | 'name'>) => Promise<boolean>;
}

/** The members of a place, fetched again whenever somebody changes them. */
export function useMembers({ namespace, name }: IMembersPlace): IMembers {
  const { model } = useTerrarium();
  const api = useMemo(() => new MemberApi(model.api.settings), [model]);
  const [members, setMembers] = useState<readonly Member[] | null>(null);
  const [error, setError] = useState<IMembers['error']>(null);
  const [busy, setBusy] = useState(false);

  const look = useCallback(async () => {
    setMembers((await api.of({ namespace, name })).items);
  }, [api, namespace, name]);

  const doing = useCallback(
    async (work: () => Promise<unknown>): Promise<boolean> => {
      setBusy(true);
      try {
        await work();
        await look();
        setError(null);
        return true;
      } catch (reason) {
        setError(inSentences(reason));
        return false;
      } finally {
        setBusy(false);
      }
    },
    [look]
  );

  useEffect(() => {
    void doing(async () => undefined);
  }, [doing]);

  useEffect(() => {
    const slot = {};
    const onEvent = (_: ITerrariumModel, event: TerrariumEvent): void => {
      if (
        event.kind === 'members-changed' &&
        event.namespace === namespace &&
        event.environment === (name ?? '')
      ) {
        void doing(async () => undefined);
      }
    };
    model.events.connect(onEvent, slot);
    return () => {
      model.events.disconnect(onEvent, slot);
    };
  }, [model, doing, namespace, name]);

  return {
    members,
    error,
    busy,
    put: member => doing(() => api.put({ namespace, name }, member)),
    remove: member => doing(() => api.remove({ namespace, name }, member))
  };
}
