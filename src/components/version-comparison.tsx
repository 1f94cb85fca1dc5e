import React, { useEffect, useRef, useState } from 'react';
import { inWords } from '../commands/report';
import type { IEnvironmentRef } from '../tokens';
import type { Comparison } from '../types';
import { useTerrarium } from './context';
import { MessageView } from './message-view';
import { PlanChanges } from './plan-changes';

/** A unified diff begins with the names of what is compared, which the heading says. */
const FILE_LINES = 2;

/** What differs between two versions: the texts line by line, then package by package. */
export function VersionComparison(props: {
  target: IEnvironmentRef;
  before: number;
  after: number;
  close: () => void;
}): JSX.Element {
  const { model, trans } = useTerrarium();
  const { namespace, name } = props.target;
  const { before, after } = props;
  const [found, setFound] = useState<Comparison | null>(null);
  const [error, setError] = useState('');
  const heading = useRef<HTMLHeadingElement>(null);

  useEffect(() => {
    let stale = false;
    setFound(null);
    model.api.comparison(namespace, name, before, after).then(
      answer => {
        if (!stale) {
          setFound(answer);
          setError('');
          heading.current?.focus();
        }
      },
      reason => {
        if (!stale) {
          setError(inWords(reason));
        }
      }
    );
    return () => {
      stale = true;
    };
  }, [model, namespace, name, before, after]);

  const title = trans.__('From version %1 to version %2', before, after);
  return (
    <section className="jp-Terrarium-comparison" aria-label={title}>
      <div className="jp-Terrarium-comparisonHead">
        <h3 ref={heading} tabIndex={-1}>
          {title}
        </h3>
        <button
          type="button"
          className="jp-mod-styled jp-Terrarium-button"
          onClick={props.close}
        >
          {trans.__('Close')}
        </button>
      </div>
      {error && <MessageView message={error} alert />}
      {!found && !error && <div role="status">{trans.__('Loading…')}</div>}
      {found && <Differences found={found} />}
    </section>
  );
}

function Differences(props: { found: Comparison }): JSX.Element {
  const { trans } = useTerrarium();
  const { specification, same_lock, comparable, platforms } = props.found;
  return (
    <>
      {specification.length > 0 ? (
        <TextChanges lines={specification} />
      ) : (
        <p>{trans.__('Both ask for the same.')}</p>
      )}
      {same_lock && <p>{trans.__('Both have the very same package files.')}</p>}
      {!comparable && (
        <p>
          {trans.__(
            'The packages cannot be compared: one of the two was never solved.'
          )}
        </p>
      )}
      {!same_lock &&
        platforms.map(platform => (
          <div key={platform.platform}>
            {platforms.length > 1 && <h4>{platform.platform}</h4>}
            <PlanChanges
              built
              id={`jp-Terrarium-comparison-${platform.platform}`}
              platform={platform}
              trans={trans}
            />
          </div>
        ))}
    </>
  );
}

/**
 * The lines of a unified diff; the signs say what the colours say. Of the places that the diff
 * names for programs, people see only that something lies between.
 */
function TextChanges(props: { lines: readonly string[] }): JSX.Element {
  const { trans } = useTerrarium();
  return (
    <pre
      className="jp-Terrarium-diff"
      tabIndex={0}
      aria-label={trans.__('Changes of the specification')}
    >
      {props.lines.slice(FILE_LINES).map((line, index) => {
        const sign = line.charAt(0);
        return sign === '@' && index === 0 ? null : (
          <span key={index} data-sign={sign}>
            {sign === '@' ? '⋮' : line}
          </span>
        );
      })}
    </pre>
  );
}
