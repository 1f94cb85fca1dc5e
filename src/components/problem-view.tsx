import React, { useState } from 'react';
import { failedIcon } from '../icons';
import type { Problem } from '../types';
import { useTerrarium } from './context';

/** What went wrong, in words; the tool's own text is one click away. */
export function ProblemView(props: { problem: Problem }): JSX.Element {
  const { trans } = useTerrarium();
  const [rawShown, setRawShown] = useState(false);
  const { problem } = props;
  return (
    <section className="jp-Terrarium-problem" role="alert">
      <div className="jp-Terrarium-problemTitle" data-tone="failed">
        <failedIcon.react tag="span" width="16px" height="16px" />
        <strong>{problem.title}</strong>
      </div>
      <p className="jp-Terrarium-problemDetail">{problem.detail}</p>
      {problem.errors.length > 0 && (
        <ul>
          {problem.errors.map((finding, index) => (
            <li key={index}>
              {finding.place && (
                <span className="jp-Terrarium-place">
                  {trans.__('line %1', finding.place.line)}
                  {': '}
                </span>
              )}
              {finding.message}
              {finding.hint && (
                <div className="jp-Terrarium-messageHint">{finding.hint}</div>
              )}
            </li>
          ))}
        </ul>
      )}
      {problem.hint && (
        <p className="jp-Terrarium-messageHint">{problem.hint}</p>
      )}
      {problem.raw && (
        <>
          <button
            type="button"
            className="jp-Terrarium-link"
            aria-expanded={rawShown}
            onClick={() => setRawShown(!rawShown)}
          >
            {rawShown
              ? trans.__('Hide the original text')
              : trans.__('Show the original text')}
          </button>
          {rawShown && (
            <pre className="jp-Terrarium-raw" tabIndex={0}>
              {problem.raw}
            </pre>
          )}
        </>
      )}
    </section>
  );
}
