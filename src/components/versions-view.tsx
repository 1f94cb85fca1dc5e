import React, { useEffect, useRef, useState } from 'react';
import { choose } from '../choose';
import { everyPage } from '../model-fetch';
import { inWords } from '../commands/report';
import { CommandIDs } from '../tokens';
import type { Environment, VersionSummary } from '../types';
import { useTerrarium } from './context';
import { MessageView } from './message-view';
import { VersionComparison } from './version-comparison';
import { VersionItem } from './version-item';

/** All versions, newest first: go back, name, annotate, and compare two of them. */
export function VersionsView(props: { environment: Environment }): JSX.Element {
  const { model, trans } = useTerrarium();
  const { environment } = props;
  const { namespace, name, role } = environment;
  const [versions, setVersions] = useState<VersionSummary[] | null>(null);
  const [error, setError] = useState('');
  const [chosen, setChosen] = useState<readonly number[]>([]);
  const compare = useRef<HTMLButtonElement>(null);
  const [compared, setCompared] = useState<readonly number[]>([]);

  useEffect(() => {
    let stale = false;
    everyPage(cursor => model.api.versions(namespace, name, { cursor })).then(
      items => {
        if (!stale) {
          setVersions([...items].sort((a, b) => b.number - a.number));
          setError('');
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
    // A new answer about the environment means that something happened to its versions.
  }, [model, namespace, name, environment]);

  if (error) {
    return <MessageView message={error} alert />;
  }
  if (!versions) {
    return <div role="status">{trans.__('Loading…')}</div>;
  }
  const target = { namespace, name };
  const editable = role !== 'viewer';
  return (
    <>
      <Hold environment={environment} editable={editable} />
      {versions.length > 1 && (
        <div className="jp-Terrarium-versionLine">
          <button
            ref={compare}
            type="button"
            className="jp-mod-styled jp-Terrarium-button"
            disabled={chosen.length !== 2}
            onClick={() => setCompared([...chosen].sort((a, b) => a - b))}
          >
            {chosen.length === 2
              ? trans.__(
                  'Compare versions %1 and %2',
                  Math.min(...chosen),
                  Math.max(...chosen)
                )
              : trans.__('Compare two versions')}
          </button>
          {chosen.length !== 2 && (
            <span className="jp-Terrarium-versionNote">
              {trans.__('Tick the two versions to compare.')}
            </span>
          )}
        </div>
      )}
      {compared.length === 2 && (
        <VersionComparison
          target={target}
          before={compared[0]}
          after={compared[1]}
          close={() => {
            setCompared([]);
            compare.current?.focus();
          }}
        />
      )}
      <ol className="jp-Terrarium-versions" reversed>
        {versions.map(version => (
          <VersionItem
            key={version.number}
            target={target}
            version={version}
            editable={editable}
            comparable={versions.length > 1}
            kernels={environment.pinned_kernels}
            chosen={chosen.includes(version.number)}
            choose={wanted =>
              setChosen(old => choose(old, version.number, wanted))
            }
          />
        ))}
      </ol>
    </>
  );
}

function Hold(props: {
  environment: Environment;
  editable: boolean;
}): JSX.Element {
  const { commands, trans } = useTerrarium();
  const { namespace, name, hold } = props.environment;
  return (
    <label className="jp-Terrarium-hold">
      <input
        type="checkbox"
        checked={hold}
        disabled={!props.editable}
        onChange={event =>
          void commands.execute(CommandIDs.hold, {
            namespace,
            name,
            hold: event.target.checked
          })
        }
      />
      <span>
        {trans.__('Hold')}
        <span className="jp-Terrarium-versionNote">
          {' '}
          {hold
            ? trans.__(
                'New versions wait here until somebody makes them current.'
              )
            : trans.__('A new version becomes current as soon as it is ready.')}
        </span>
      </span>
    </label>
  );
}
