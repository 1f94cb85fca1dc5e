import React from 'react';
import { formatSeconds } from '../format';
import type { Build } from '../types';
import { useTerrarium } from './context';

/** How the checks of a specification went; what a failed one said is one click away. */
export function ChecksView(props: {
  checks: NonNullable<Build['checks']>;
}): JSX.Element {
  const { trans } = useTerrarium();
  return (
    <>
      <h3>{trans.__('Checks')}</h3>
      <ul className="jp-Terrarium-checks">
        {props.checks.map((check, index) => (
          <li key={index}>
            <span
              className="jp-Terrarium-checkWord"
              data-tone={check.ok ? 'ready' : 'failed'}
            >
              {check.ok ? trans.__('passed') : trans.__('failed')}
            </span>{' '}
            <code>
              {check.kind === 'import' ? `import ${check.text}` : check.text}
            </code>{' '}
            {check.kind === 'notebook' && <>{trans.__('(notebook)')} </>}
            <span>{formatSeconds(check.seconds ?? 0)}</span>
            {!check.ok && check.output && (
              <details>
                <summary>{trans.__('What it said')}</summary>
                <pre>{check.output}</pre>
              </details>
            )}
          </li>
        ))}
      </ul>
    </>
  );
}
