import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';

import type {
  Explanation,
  Place,
  Relaxation,
  SpecificationEdit
} from '../types';
import { Words } from './words';

/** What an explanation is shown with. */
export interface IExplanationProps {
  explanation: Explanation;
  trans: TranslationBundle;
  /** Take an edit over; absent where nothing can be edited. */
  apply?: (edit: SpecificationEdit) => void;
  /** Show a place of the specification; absent where it is not on the screen. */
  reveal?: (place: Place) => void;
}

/** One statement: what failed, where, why, what to do, and edits that were solved. */
export function ExplanationView(props: IExplanationProps): JSX.Element {
  const { explanation, trans } = props;
  const { what, why, remedy, lines, relaxations, suggestions } = explanation;
  // What a line says alone is not said twice.
  const told = lines.length === 1 && lines[0].why === why;
  return (
    <div className="jp-Terrarium-explanation" data-cause={explanation.cause}>
      <p className="jp-Terrarium-explanationWhat">
        <Words text={what} />
      </p>
      {why && !told && (
        <p>
          <Words text={why} />
        </p>
      )}
      <Lines {...props} />
      <Suggestions {...props} edits={suggestions} />
      <Relaxations {...props} edits={relaxations} />
      {relaxations.length === 0 && remedy && (
        <p className="jp-Terrarium-messageHint">
          <Words text={remedy} />
        </p>
      )}
      {!explanation.complete && (
        <p className="jp-Terrarium-messageHint">
          {trans.__(
            'The search for more ways out ended at its time limit; there may be others.'
          )}
        </p>
      )}
    </div>
  );
}

function Lines(props: IExplanationProps): JSX.Element | null {
  const { explanation, trans, reveal } = props;
  if (explanation.lines.length === 0) {
    return null;
  }
  return (
    <ul
      className="jp-Terrarium-explanationLines"
      aria-label={trans.__('Lines of the specification that take part')}
    >
      {explanation.lines.map(({ place, text, why }, index) => (
        <li key={index}>
          {place &&
            (reveal ? (
              <button
                type="button"
                className="jp-Terrarium-link"
                title={trans.__('Show line %1 of the YAML', place.line)}
                onClick={() => reveal(place)}
              >
                {trans.__('line %1', place.line)}
              </button>
            ) : (
              <span className="jp-Terrarium-place">
                {trans.__('line %1', place.line)}
              </span>
            ))}
          {text && !why.startsWith(`\`${text}\``) && <code>{text}</code>}
          <span>
            <Words text={why} />
          </span>
        </li>
      ))}
    </ul>
  );
}

function Suggestions(
  props: IExplanationProps & { edits: SpecificationEdit[] }
): JSX.Element | null {
  const { edits, trans, apply } = props;
  if (edits.length === 0 || !apply) {
    return null;
  }
  return (
    <div
      role="group"
      className="jp-Terrarium-suggestions"
      aria-label={trans.__('Did you mean')}
    >
      <span>{trans.__('Did you mean')}</span>
      {edits.map(edit => (
        <button
          key={`${edit.before} ${edit.after}`}
          type="button"
          className="jp-Button jp-mod-styled jp-Terrarium-relaxationButton"
          data-action="suggestion"
          title={trans.__('Write %1 in place of %2', edit.after, edit.before)}
          onClick={() => apply(edit)}
        >
          {edit.label}
        </button>
      ))}
    </div>
  );
}

function Relaxations(
  props: IExplanationProps & { edits: Relaxation[] }
): JSX.Element | null {
  const { edits, trans, apply } = props;
  if (edits.length === 0) {
    return null;
  }
  return (
    <div
      role="group"
      className="jp-Terrarium-relaxations"
      aria-label={trans.__('Changes that work')}
    >
      <div className="jp-Terrarium-relaxationsTitle">
        {trans.__('Each of these was solved and works:')}
      </div>
      <ul>
        {edits.map(edit => (
          <li key={edit.specification}>
            {apply ? (
              <button
                type="button"
                className="jp-Button jp-mod-styled jp-Terrarium-relaxationButton"
                data-action="relaxation"
                onClick={() => apply(edit)}
              >
                {edit.label}
              </button>
            ) : (
              <strong>{edit.label}</strong>
            )}
            <span className="jp-Terrarium-relaxationWords">
              {edit.changes.length > 0 && (
                <span className="jp-Terrarium-relaxationChange">
                  {edit.changes.join(', ')}
                </span>
              )}
              <Words text={edit.sentence} />
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** The tool's own text, one click away. */
export function RawWords(props: {
  raw: string;
  trans: TranslationBundle;
}): JSX.Element | null {
  const { raw, trans } = props;
  return raw === '' ? null : (
    <details className="jp-Terrarium-rawWords">
      <summary>{trans.__('Show the tool’s own words')}</summary>
      <pre tabIndex={0} aria-label={trans.__('The tool’s own words')}>
        {raw}
      </pre>
    </details>
  );
}
