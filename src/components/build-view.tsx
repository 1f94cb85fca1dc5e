import React from 'react';
import { buildSeconds } from '../build-steps';
import { formatSeconds } from '../format';
import { isEnded } from '../model-order';
import { buildLook, progressWord } from '../states';
import { CommandIDs } from '../tokens';
import type { Build } from '../types';
import { BuildLogView } from './build-log';
import { BuildStepper } from './build-stepper';
import { ChecksView } from './checks-view';
import { useTerrarium } from './context';
import { MessageView } from './message-view';
import { ProblemView } from './problem-view';
import { ProgressBar } from './progress-bar';
import { StateBadge } from './state-badge';
import { TimeLeft } from './time-left';

/** One build: its phases, its progress, why it failed, and its log. */
export function BuildView(props: { build: Build | null }): JSX.Element {
  const { commands, trans } = useTerrarium();
  const { build } = props;
  if (!build) {
    return (
      <MessageView
        message={trans.__('This environment has not been built yet.')}
      />
    );
  }
  const seconds = buildSeconds(build);
  const look = buildLook(build.state, trans);
  const args = {
    namespace: build.namespace,
    name: build.environment,
    build: build.id
  };
  return (
    <div className="jp-Terrarium-build">
      <div className="jp-Terrarium-versionLine">
        <strong>{trans.__('Version %1', build.version)}</strong>
        <StateBadge look={{ ...look, word: progressWord(build, trans) }} />
        {seconds !== null && <span>{formatSeconds(seconds)}</span>}
        <TimeLeft build={build} />
        {[CommandIDs.cancelBuild, CommandIDs.retry, CommandIDs.askForHelp]
          .filter(id => commands.isVisible(id, args))
          .map(id => (
            <button
              key={id}
              type="button"
              className="jp-mod-styled jp-Terrarium-button"
              data-command={id}
              onClick={() => void commands.execute(id, args)}
            >
              {commands.label(id, args)}
            </button>
          ))}
      </div>
      <BuildStepper build={build} />
      {!isEnded(build) && (
        <>
          <ProgressBar build={build} />
          <div className="jp-Terrarium-buildNow">
            {build.progress.current || ' '}
          </div>
        </>
      )}
      {build.problem && (
        <ProblemView
          problem={build.problem}
          apply={edit =>
            void commands.execute(CommandIDs.edit, {
              namespace: build.namespace,
              name: build.environment,
              text: edit.specification
            })
          }
        />
      )}
      {build.warnings.map(text => (
        <MessageView key={text} message={text} />
      ))}
      {build.checks && build.checks.length > 0 && (
        <ChecksView checks={build.checks} />
      )}
      <h3>{trans.__('Log')}</h3>
      {build.reused ? (
        <p>
          {trans.__(
            'These very files were here already, so nothing had to be built.'
          )}
        </p>
      ) : (
        <BuildLogView key={build.id} build={build} />
      )}
    </div>
  );
}
