import { useCallback, useEffect, useMemo, useState } from 'react';
import {
  ArtifactApi,
  type IArtifactChoice,
  type IVersionRef
} from '../artifact-api';
import { inSentences } from '../commands/report';
import type { ITerrariumModel } from '../tokens';
import type { FormView, TerrariumEvent } from '../types';
import { useTerrarium } from './context';

/** What could not be done; `form` is the one that it was asked of, if it was one. */
export interface IFailure extends ReturnType<typeof inSentences> {
  form?: string;
}

/** The forms of a version, and what can be done about them. */
export interface IArtifacts {
  api: ArtifactApi;
  /** Null until they are known. */
  forms: readonly FormView[] | null;
  /** Why the last thing could not be done, and what helps. */
  error: IFailure | null;
  make: (choice: IArtifactChoice) => Promise<void>;
  cancel: (choice: IArtifactChoice) => Promise<void>;
}

/** The forms of a version, fetched again whenever one of its artifacts changes. */
export function useArtifacts({
  namespace,
  name,
  version
}: IVersionRef): IArtifacts {
  const { model } = useTerrarium();
  const api = useMemo(() => new ArtifactApi(model.api.settings), [model]);
  const [forms, setForms] = useState<readonly FormView[] | null>(null);
  const [error, setError] = useState<IArtifacts['error']>(null);

  const doing = useCallback(
    async (work: () => Promise<unknown>, form?: string): Promise<void> => {
      try {
        await work();
        const found = await api.forms({ namespace, name, version });
        setForms(found.items);
        setError(null);
      } catch (reason) {
        setError({ ...inSentences(reason), form });
      }
    },
    [api, namespace, name, version]
  );

  useEffect(() => {
    setForms(null);
    void doing(async () => undefined);
  }, [doing]);

  useEffect(() => {
    const slot = {};
    const onEvent = (_: ITerrariumModel, event: TerrariumEvent): void => {
      if (
        event.namespace === namespace &&
        event.environment === name &&
        event.version === version &&
        (event.kind === 'artifact-changed' || event.kind === 'build-changed')
      ) {
        void doing(async () => undefined);
      }
    };
    model.events.connect(onEvent, slot);
    return () => {
      model.events.disconnect(onEvent, slot);
    };
  }, [model, doing, namespace, name, version]);

  const of = { namespace, name, version };
  return {
    api,
    forms,
    error,
    make: choice => doing(() => api.make(of, choice), choice.form),
    cancel: choice => doing(() => api.cancel(of, choice), choice.form)
  };
}
