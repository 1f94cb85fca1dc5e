import { useCallback, useEffect, useMemo, useState } from 'react';
import { inSentences } from '../commands/report';
import { TokenApi } from '../token-api';
import type { ApiToken, ApiTokenCreate, ApiTokenCreated } from '../types';
import { useTerrarium } from './context';

/** The tokens, and what can be done about them. */
export interface ITokens {
  /** Null until they are known. */
  tokens: readonly ApiToken[] | null;
  /** Why the last thing could not be done, and what helps. */
  error: ReturnType<typeof inSentences> | null;
  /** Whether something is being done. */
  busy: boolean;
  /** The new token with its secret; undefined when it could not be made. */
  create: (body: ApiTokenCreate) => Promise<ApiTokenCreated | undefined>;
  revoke: (id: string) => Promise<void>;
}

/** One's own tokens or *everybody*'s, fetched again whenever they are changed here. */
export function useTokens(everybody: boolean): ITokens {
  const { model } = useTerrarium();
  const api = useMemo(() => new TokenApi(model.api.settings), [model]);
  const [tokens, setTokens] = useState<readonly ApiToken[] | null>(null);
  const [error, setError] = useState<ITokens['error']>(null);
  const [busy, setBusy] = useState(false);
  const doing = useCallback(
    async <T>(work: () => Promise<T>): Promise<T | undefined> => {
      setBusy(true);
      try {
        const done = await work();
        setTokens((await api.list(everybody)).items);
        setError(null);
        return done;
      } catch (reason) {
        setError(inSentences(reason));
        return undefined;
      } finally {
        setBusy(false);
      }
    },
    [api, everybody]
  );
  useEffect(() => {
    void doing(async () => undefined);
  }, [doing]);
  return {
    tokens,
    error,
    busy,
    create: body => doing(() => api.create(body)),
    revoke: id => doing(() => api.revoke(id))
  };
}
