import React from 'react';

import { useEditor } from './editor-context';
import { Findings } from './editor-section';

/** What is wrong with the YAML, below it; and how to leave it with the keyboard. */
export function YamlFindings(): JSX.Element {
  const { model, trans } = useEditor();
  return (
    <>
      <Findings findings={model.findings} places />
      <p className="jp-TerrariumEditor-hint">
        {trans.__('Escape, then Tab leaves the text. Ctrl+Enter builds.')}
      </p>
    </>
  );
}
