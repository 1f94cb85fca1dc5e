import { LabIcon } from '@jupyterlab/ui-components';
import React, { useRef } from 'react';
import { CommandIDs, type IEnvironmentRef } from '../tokens';
import type { Build, Environment } from '../types';
import { environmentLook, progressWord, activeBuild } from '../states';
import { BuildView } from './build-view';
import { useModel, useTerrarium } from './context';
import { ElsewhereView } from './elsewhere-view';
import { MessageView } from './message-view';
import { OverviewView } from './overview-view';
import { PackagesView } from './packages-view';
import { ProposalsView } from './proposals-view';
import { SharesView } from './shares-view';
import { StateBadge } from './state-badge';
import { Tabs } from './tabs';
import { freshBuild, useEnvironment } from './use-environment';
import { VersionsView } from './versions-view';

export type DetailsTab =
  'overview' | 'packages' | 'versions' | 'build' | 'sharing' | 'elsewhere';

/** The main area tab of one environment. */
export function DetailsView(props: {
  target: IEnvironmentRef;
  /** Default: the build of what has never been ready, else the overview. */
  tab: DetailsTab | null;
  /** The build to show; default: the last one. */
  build?: string;
  /** Two versions to compare in *versions*. */
  compare?: readonly number[];
  onTab: (tab: DetailsTab) => void;
}): JSX.Element {
  const { trans } = useTerrarium();
  const model = useModel();
  const { target } = props;
  const { environment, deleted, error } = useEnvironment(model, target);
  const first = useRef<DetailsTab | null>(null);
  const prefix = `jp-Terrarium-${target.namespace}-${target.name}`;

  if (deleted) {
    return <MessageView message={trans.__('%1 was deleted.', target.name)} />;
  }
  if (!environment) {
    return error ? (
      <MessageView message={error} alert />
    ) : (
      <div className="jp-Terrarium-loading" role="status">
        {trans.__('Loading…')}
      </div>
    );
  }
  if (first.current === null) {
    first.current = environment.current === null ? 'build' : 'overview';
  }
  const tab = props.tab ?? first.current;
  const named = props.build
    ? model.builds.find(item => item.id === props.build)
    : undefined;
  const last = model.find(target)?.build ?? environment.build;
  return (
    <div className="jp-Terrarium-details">
      <Header environment={environment} />
      <Tabs
        prefix={prefix}
        label={trans.__('About %1', environment.name)}
        selected={tab}
        onSelect={props.onTab}
        tabs={[
          { id: 'overview', label: trans.__('Overview') },
          { id: 'packages', label: trans.__('Packages') },
          { id: 'versions', label: trans.__('Versions') },
          { id: 'build', label: trans.__('Build') },
          { id: 'sharing', label: trans.__('Sharing') },
          { id: 'elsewhere', label: trans.__('Use Elsewhere') }
        ]}
      />
      <div
        id={`${prefix}-panel`}
        className="jp-Terrarium-tabPanel"
        role="tabpanel"
        aria-labelledby={`${prefix}-tab-${tab}`}
      >
        <Body
          tab={tab}
          environment={environment}
          build={freshBuild(model, named ?? last)}
          compare={props.compare}
        />
      </div>
    </div>
  );
}

function Body(props: {
  tab: DetailsTab;
  environment: Environment;
  build: Build | null;
  compare?: readonly number[];
}): JSX.Element {
  switch (props.tab) {
    case 'overview':
      return <OverviewView environment={props.environment} />;
    case 'packages':
      return <PackagesView environment={props.environment} />;
    case 'versions':
      return (
        <VersionsView environment={props.environment} compare={props.compare} />
      );
    case 'build':
      return <BuildView build={props.build} />;
    case 'sharing':
      return (
        <>
          <SharesView environment={props.environment} />
          <ProposalsView environment={props.environment} />
        </>
      );
    case 'elsewhere':
      return <ElsewhereView environment={props.environment} />;
  }
}

function Header(props: { environment: Environment }): JSX.Element {
  const { commands, trans } = useTerrarium();
  const model = useModel();
  const { namespace, name, title } = props.environment;
  const item = model.find({ namespace, name }) ?? props.environment;
  const look = environmentLook(item, trans);
  const build = activeBuild(item);
  const word = build ? progressWord(build, trans) : look.word;
  return (
    <header className="jp-Terrarium-detailsHeader">
      <div className="jp-Terrarium-detailsTitle">
        <h2>
          <span className="jp-Terrarium-detailsNamespace">
            {namespace} / {''}
          </span>
          {name}
        </h2>
        <StateBadge look={{ ...look, word }} />
        {item.current !== null && (
          <span className="jp-Terrarium-detailsVersion">
            {trans.__('version %1 is current', item.current)}
          </span>
        )}
      </div>
      {title && <div className="jp-Terrarium-detailsSubtitle">{title}</div>}
      <div className="jp-Terrarium-detailsActions">
        {HEADER_ACTIONS.filter(id =>
          commands.isVisible(id, { namespace, name })
        ).map(id => (
          <button
            key={id}
            type="button"
            className={
              id === CommandIDs.newNotebook
                ? 'jp-mod-styled jp-mod-accept jp-Terrarium-button'
                : 'jp-mod-styled jp-Terrarium-button'
            }
            title={commands.caption(id, { namespace, name })}
            disabled={!commands.isEnabled(id, { namespace, name })}
            aria-pressed={
              commands.isToggleable(id, { namespace, name })
                ? commands.isToggled(id, { namespace, name })
                : undefined
            }
            data-command={id}
            onClick={() => void commands.execute(id, { namespace, name })}
          >
            {commands.isToggleable(id, { namespace, name }) && (
              <ToggleIcon icon={commands.icon(id, { namespace, name })} />
            )}
            {commands.label(id, { namespace, name })}
          </button>
        ))}
      </div>
    </header>
  );
}

/** The icon of a button that stays pressed. */
function ToggleIcon(props: { icon: unknown }): JSX.Element | null {
  return props.icon instanceof LabIcon ? (
    <props.icon.react tag="span" width="14px" height="14px" />
  ) : null;
}

const HEADER_ACTIONS = [
  CommandIDs.newNotebook,
  CommandIDs.useInNotebook,
  CommandIDs.tryOut,
  CommandIDs.share,
  CommandIDs.useElsewhere,
  CommandIDs.recommend,
  CommandIDs.edit,
  CommandIDs.openTerminal,
  CommandIDs.copyInterpreter,
  CommandIDs.remove
];
