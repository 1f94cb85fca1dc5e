import React from 'react';

import type { Problem } from '../types';
import { useEditor } from './editor-context';

/** A problem in words; the tool's own text is one click away. */
export function ProblemWords(props: { problem: Problem }): JSX.Element {
  const { trans } = useEditor();
  const { title, detail, hint, raw } = props.problem;
  return (
    <div className="jp-TerrariumEditor-problem">
      <strong>{title || detail}</strong>
      {title && detail && detail !== title && (
        <div className="jp-TerrariumEditor-problemDetail">{detail}</div>
      )}
      {hint && <div className="jp-TerrariumEditor-problemHint">{hint}</div>}
      {raw && raw !== detail && (
        <details>
          <summary>{trans.__('What the solver said')}</summary>
          <pre tabIndex={0} aria-label={trans.__('What the solver said')}>
            {raw}
          </pre>
        </details>
      )}
    </div>
  );
}
