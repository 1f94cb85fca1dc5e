import React from 'react';
import { failedIcon } from '../icons';
import type { Problem, SpecificationEdit } from '../types';
import { useTerrarium } from './context';
import { ExplanationView, RawWords } from './explanation-view';

/** What went wrong, in words; the tool's own text is one click away. */
export function ProblemView(props: {
  problem: Problem;
  /** Open the specification with an edit made; absent where there is none to edit. */
  apply?: (edit: SpecificationEdit) => void;
}): JSX.Element {
  const { trans } = useTerrarium();
  const { problem } = props;
  return (
    <section className="jp-Terrarium-problem" role="alert">
      <div className="jp-Terrarium-problemTitle" data-tone="failed">
        <failedIcon.react tag="span" width="16px" height="16px" />
        <strong>{problem.title}</strong>
      </div>
      {problem.explanation ? (
        <ExplanationView
          explanation={problem.explanation}
          trans={trans}
          apply={props.apply}
        />
      ) : (
        <Findings problem={problem} />
      )}
      <RawWords raw={problem.raw} trans={trans} />
    </section>
  );
}

/** A problem that has no explanation: its sentence, and what it says about lines. */
function Findings(props: { problem: Problem }): JSX.Element {
  const { trans } = useTerrarium();
  const { problem } = props;
  return (
    <>
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
    </>
  );
}
