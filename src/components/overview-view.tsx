import React from 'react';
import { formatAgo, formatBytes, shortDigest } from '../format';
import type { Environment } from '../types';
import { useTerrarium } from './context';
import { Markdown } from './markdown';
import { MessageView } from './message-view';
import { ScratchView } from './scratch-view';

/** What an environment is: its description, what was asked for, what it became. */
export function OverviewView(props: { environment: Environment }): JSX.Element {
  const { trans } = useTerrarium();
  const { environment } = props;
  const version = environment.current_version ?? environment.latest_version;
  const { specification: spec } = version;
  const now = Date.now();
  const facts: [string, string][] = [
    [
      trans.__('Version'),
      trans.__('%1 of %2', version.number, environment.latest)
    ],
    [
      trans.__('Made'),
      trans.__(
        '%1 by %2',
        formatAgo(version.created, now, trans),
        version.created_by
      )
    ],
    [
      trans.__('Kernels'),
      environment.kernels.map(item => item.display_name).join(', ') ||
        trans.__('none')
    ],
    [trans.__('Packages'), version.packages ? String(version.packages) : ''],
    [trans.__('Size on disk'), formatBytes(version.size)],
    [trans.__('Channels'), spec.channels.join(', ')],
    [
      trans.__('Platforms'),
      version.platforms.map(item => item.platform).join(', ') ||
        spec.platforms.join(', ')
    ],
    [trans.__('Interpreter'), environment.interpreter ?? ''],
    [
      trans.__('Lock digest'),
      version.lock_digest ? shortDigest(version.lock_digest) : ''
    ]
  ];
  return (
    <>
      {version.warnings.map(text => (
        <MessageView key={text} message={text} />
      ))}
      {environment.current !== null && !environment.has_kernel && (
        <MessageView
          message={trans.__(
            'This environment has no kernel, so no notebook can run in it.'
          )}
          hint={trans.__(
            'Edit it and add ipykernel (Python) or the kernel of its language; terminals and scripts work as it is.'
          )}
        />
      )}
      <ScratchView environment={environment} />
      {environment.description && <Markdown text={environment.description} />}
      <dl className="jp-Terrarium-facts">
        {facts
          .filter(([, value]) => value)
          .map(([name, value]) => (
            <React.Fragment key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </React.Fragment>
          ))}
      </dl>
      <h3>{trans.__('What was asked for')}</h3>
      <pre className="jp-Terrarium-specification" tabIndex={0}>
        {version.specification_text}
      </pre>
      {version.notices.map(notice => (
        <MessageView
          key={notice.message}
          message={notice.message}
          hint={notice.hint}
        />
      ))}
    </>
  );
}
