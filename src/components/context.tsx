import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';
import React, { createContext, useContext, useEffect, useReducer } from 'react';
import type { ITerrariumModel } from '../tokens';

/** What every view of Terrarium may use. */
export interface ITerrariumContext {
  model: ITerrariumModel;
  commands: CommandRegistry;
  trans: TranslationBundle;
  /** Shows Markdown; absent where there is none to show. */
  rendermime?: IRenderMimeRegistry;
}

const Context = createContext<ITerrariumContext | null>(null);

/** Gives the views below it what they use. */
export function TerrariumProvider(
  props: React.PropsWithChildren<{ value: ITerrariumContext }>
): JSX.Element {
  return (
    <Context.Provider value={props.value}>{props.children}</Context.Provider>
  );
}

/** What a view may use. Only below a `TerrariumProvider`. */
export function useTerrarium(): ITerrariumContext {
  const context = useContext(Context);
  if (!context) {
    throw new Error('This view stands outside of a TerrariumProvider.');
  }
  return context;
}

/** The model; the view is drawn again whenever it changes. */
export function useModel(): ITerrariumModel {
  const { model } = useTerrarium();
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  useEffect(() => {
    const slot = {};
    const onChanged = () => redraw();
    model.changed.connect(onChanged, slot);
    // A change between drawing and connecting would be missed.
    redraw();
    return () => {
      model.changed.disconnect(onChanged, slot);
    };
  }, [model]);
  return model;
}
