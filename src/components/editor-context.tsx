import type { TranslationBundle } from '@jupyterlab/translation';
import React, { createContext, useContext, useEffect, useReducer } from 'react';

import type { EditorModel } from '../editor-model';
import type { ITerrariumModel } from '../tokens';

/** What the views of one editor use. */
export interface IEditorContext {
  model: EditorModel;
  /** Knows the namespaces. */
  terrarium: ITerrariumModel;
  trans: TranslationBundle;
  /** Build what is in view. */
  build: () => void;
  /** Say no to the proposal that is in view. */
  decline: () => void;
  /** Close the tab, after asking when something would be lost. */
  close: () => void;
  /** A view is on the screen: there may be something to focus now. */
  drawn: () => void;
  /** Show a line of the YAML. */
  reveal: (line: number, column: number) => void;
}

const Context = createContext<IEditorContext | null>(null);

/** Gives the views below it what they use. */
export function EditorProvider(
  props: React.PropsWithChildren<{ value: IEditorContext }>
): JSX.Element {
  return (
    <Context.Provider value={props.value}>{props.children}</Context.Provider>
  );
}

/** What a view of the editor uses; it is drawn again whenever the editor's model changes. */
export function useEditor(): IEditorContext {
  const context = useContext(Context);
  if (!context) {
    throw new Error('This view stands outside of an EditorProvider.');
  }
  const { model } = context;
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  useEffect(() => {
    const onChanged = () => redraw();
    model.changed.connect(onChanged);
    // A change between drawing and connecting would be missed.
    redraw();
    return () => {
      model.changed.disconnect(onChanged);
    };
  }, [model]);
  return context;
}
