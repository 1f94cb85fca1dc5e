import { useCallback, useEffect, useState } from 'react';
import { isEnded } from '../model-order';
import type { IEnvironmentRef, ITerrariumModel } from '../tokens';
import type { Build, Environment, TerrariumEvent } from '../types';
import { inWords } from '../commands/report';

/** One environment as the server knows it, and what went wrong while asking. */
export interface IEnvironmentState {
  environment: Environment | null;
  deleted: boolean;
  error: string;
}

/** Everything about one environment, fetched again whenever it changes. */
export function useEnvironment(
  model: ITerrariumModel,
  ref: IEnvironmentRef
): IEnvironmentState {
  const [state, setState] = useState<IEnvironmentState>({
    environment: null,
    deleted: false,
    error: ''
  });
  const { namespace, name } = ref;
  const fetchIt = useCallback(async () => {
    try {
      const environment = await model.environment({ namespace, name });
      setState({ environment, deleted: false, error: '' });
    } catch (error) {
      setState(old => ({ ...old, error: inWords(error) }));
    }
  }, [model, namespace, name]);

  useEffect(() => {
    const slot = {};
    const isMine = (item: { namespace: string; environment: string }) =>
      item.namespace === namespace && item.environment === name;
    const onEvent = (_: unknown, event: TerrariumEvent) => {
      if (!isMine(event)) {
        return;
      }
      if (event.kind === 'environment-deleted') {
        setState(old => ({ ...old, deleted: true }));
      } else if (event.kind !== 'build-changed') {
        void fetchIt();
      } else {
        const build = model.builds.find(item => item.id === event.build);
        if (!build || isEnded(build)) {
          void fetchIt();
        }
      }
    };
    model.events.connect(onEvent, slot);
    void fetchIt();
    return () => {
      model.events.disconnect(onEvent, slot);
    };
  }, [model, namespace, name, fetchIt]);

  return state;
}

/** The build as the model knows it now, or as it was given. */
export function freshBuild(
  model: ITerrariumModel,
  build: Build | null
): Build | null {
  return (build && model.builds.find(item => item.id === build.id)) ?? build;
}
