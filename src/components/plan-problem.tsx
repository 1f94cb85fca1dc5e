import React from 'react';

import type { Problem } from '../types';
import { useEditor } from './editor-context';
import { Words } from './editor-section';

/**
 * A problem in words; the tool's own text is one click away.
 *
 * What its errors say, which stand below it with their lines, is not said twice.
 */
export function ProblemWords(
  props: React.PropsWithChildren<{ problem: Problem }>
): JSX.Element {
  const { trans } = useEditor();
  const { title, detail, hint, raw, errors } = props.problem;
  const twice = errors.some(
    item => item.place !== null && detail.includes(item.message)
  );
  return (
    <div className="jp-TerrariumEditor-problem">
      <strong>{title || detail}</strong>
      {!twice && title && detail && detail !== title && (
        <div className="jp-TerrariumEditor-problemDetail">
          <Words text={detail} />
        </div>
      )}
      {!twice && hint && (
        <div className="jp-TerrariumEditor-problemHint">
          <Words text={hint} />
        </div>
      )}
      {props.children}
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
