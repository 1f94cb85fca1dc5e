import React, { useEffect, useState } from 'react';
import { everyPage } from '../model-fetch';
import { inWords } from '../commands/report';
import { formatAgo, formatBytes } from '../format';
import { versionLook } from '../states';
import { CommandIDs } from '../tokens';
import type { Environment, VersionSummary } from '../types';
import { useTerrarium } from './context';
import { MessageView } from './message-view';
import { StateBadge } from './state-badge';

/** All versions, newest first; any that is ready can be made current. */
export function VersionsView(props: { environment: Environment }): JSX.Element {
  const { commands, model, trans } = useTerrarium();
  const { environment } = props;
  const { namespace, name, role } = environment;
  const [versions, setVersions] = useState<VersionSummary[] | null>(null);
  const [error, setError] = useState('');

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
  const now = Date.now();
  return (
    <ol className="jp-Terrarium-versions" reversed>
      {versions.map(version => (
        <li key={version.number} className="jp-Terrarium-version">
          <div className="jp-Terrarium-versionLine">
            <strong>{trans.__('Version %1', version.number)}</strong>
            <StateBadge look={versionLook(version.state, trans)} />
            {version.current && (
              <span className="jp-Terrarium-current">
                {trans.__('current')}
              </span>
            )}
            {!version.current && isReady(version) && role !== 'viewer' && (
              <button
                type="button"
                className="jp-mod-styled jp-Terrarium-button"
                onClick={() =>
                  void commands.execute(CommandIDs.makeCurrent, {
                    namespace,
                    name,
                    version: version.number
                  })
                }
              >
                {trans.__('Make current')}
              </button>
            )}
          </div>
          <div className="jp-Terrarium-versionNote">
            {[
              trans.__(
                '%1 by %2',
                formatAgo(version.created, now, trans),
                version.created_by
              ),
              version.packages
                ? trans._n('%1 package', '%1 packages', version.packages)
                : '',
              formatBytes(version.size),
              version.build?.problem?.title ?? '',
              ...version.warnings
            ]
              .filter(Boolean)
              .join(' · ')}
          </div>
        </li>
      ))}
    </ol>
  );
}

function isReady(version: VersionSummary): boolean {
  return version.state === 'ready' || version.state === 'ready-with-warning';
}
