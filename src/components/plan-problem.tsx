import React from 'react';

import type { Problem } from '../types';
import { useEditor } from './editor-context';
import { ExplanationView, RawWords } from './explanation-view';
import { Words } from './words';

/**
 * A problem in words; the tool's own text is one click away.
 *
 * An explanation takes the place of everything else. What the problem's errors say, which stand
 * below it with their lines, is not said twice.
 */
export function ProblemWords(
  props: React.PropsWithChildren<{ problem: Problem; searching?: boolean }>
): JSX.Element {
  const { model, reveal, trans } = useEditor();
  const { title, detail, hint, raw, errors, explanation } = props.problem;
  const twice = errors.some(
    item => item.place !== null && detail.includes(item.message)
  );
  return (
    <div className="jp-TerrariumEditor-problem">
      <strong>{title || detail}</strong>
      {explanation ? (
        <ExplanationView
          explanation={explanation}
          trans={trans}
          apply={edit => model.setText(edit.specification)}
          reveal={({ line, column }) => reveal(line, column)}
        />
      ) : (
        <>
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
        </>
      )}
      {props.searching && (
        <p className="jp-Terrarium-messageHint" role="status">
          {trans.__('Looking for changes that work…')}
        </p>
      )}
      {raw !== detail && <RawWords raw={raw} trans={trans} />}
    </div>
  );
}
