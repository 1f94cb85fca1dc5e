import { concerning } from '../proposals';
import type { Proposal } from '../types';
import React, { useCallback, useMemo, useState } from 'react';
import {
  activityRows,
  environmentRows,
  isNewcomer,
  type IHeadRow,
  type Row
} from '../rows';
import { CommandIDs } from '../tokens';
import { Announcer } from './announcer';
import { BuildRow, buildLabel } from './build-row';
import { useModel, useTerrarium } from './context';
import { EmptyView } from './empty-view';
import { FilterBox } from './filter-box';
import { EnvironmentRow, environmentLabel } from './environment-row';
import { HeadRow, headLabel } from './head-row';
import { MessageView } from './message-view';
import { FilterNote } from './filter-note';
import { RowTree } from './row-tree';
import { ProposalRow, proposalLabel } from './proposal-row';
import { usePackageFinder } from './use-package-finder';
import { useProposals } from './use-proposals';

/** Heights in CSS pixels at JupyterLab's default text size. */
const LINE = 24;
const SECOND_LINE = 18;

/** Everything below the panel's toolbar. */
export function PanelView(): JSX.Element {
  const { trans } = useTerrarium();
  const model = useModel();
  if (model.unavailable) {
    return <MessageView {...model.unavailable} alert />;
  }
  if (!model.loaded) {
    return (
      <div className="jp-Terrarium-loading" role="status">
        {trans.__('Loading environments…')}
      </div>
    );
  }
  return <Sections />;
}

function Sections(): JSX.Element {
  const { commands, trans } = useTerrarium();
  const model = useModel();
  const [filter, setFilter] = useState('');
  const [folded, setFolded] = useState<ReadonlySet<string>>(new Set());
  const [activityOpen, setActivityOpen] = useState(true);
  const { namespaces, environments, builds } = model;
  const own = model.status?.namespace ?? '';
  const finder = usePackageFinder(filter);
  const { found } = finder;

  const rows = useMemo(
    () =>
      environmentRows({
        namespaces,
        environments,
        filter,
        found,
        folded,
        own
      }),
    [namespaces, environments, filter, found, folded, own]
  );
  const me = model.status?.user ?? '';
  const known = useProposals().proposals;
  const proposals = useMemo(
    () => concerning(known ?? [], me, Date.now()),
    [known, me]
  );
  const activity = useMemo(
    () => activityRows(builds, activityOpen, proposals),
    [builds, activityOpen, proposals]
  );
  const hits = rows.filter(row => row.kind === 'environment').length;
  const note =
    filter.trim() && finder.hasAnswered(filter)
      ? trans._n('%1 environment', '%1 environments', hits)
      : '';

  const nameOf = useCallback(
    (row: Row): string => {
      switch (row.kind) {
        case 'head':
          return headLabel(row, trans);
        case 'environment':
          return environmentLabel(row.item, row.packages, trans);
        case 'build':
          return buildLabel(row.build, trans);
        case 'proposal':
          return proposalLabel(row.proposal, trans);
        case 'note':
          return trans.__('No environments yet');
      }
    },
    [trans]
  );
  const select = useCallback(
    (row: Row | null) => {
      model.selected =
        row?.kind === 'environment'
          ? { namespace: row.item.namespace, name: row.item.name }
          : row?.kind === 'build'
            ? { namespace: row.build.namespace, name: row.build.environment }
            : row?.kind === 'proposal'
              ? {
                  namespace: row.proposal.namespace,
                  name: row.proposal.environment
                }
              : null;
    },
    [model]
  );
  const openProposal = (proposal: Proposal) => {
    const { namespace, environment: name } = proposal;
    if (proposal.state === 'open' && proposal.user !== me) {
      const args = { proposal: proposal.id };
      void commands.execute(CommandIDs.reviewProposal, args);
    } else {
      const args = { namespace, name, tab: 'sharing' };
      void commands.execute(CommandIDs.details, args);
    }
  };
  const openRow = (row: Row) => {
    if (row.kind === 'environment') {
      const { namespace, name } = row.item;
      void commands.execute(CommandIDs.details, { namespace, name });
    } else if (row.kind === 'build') {
      const { namespace, environment: name, id: build } = row.build;
      void commands.execute(CommandIDs.showLog, { namespace, name, build });
    } else if (row.kind === 'proposal') {
      openProposal(row.proposal);
    }
  };
  const actOn = (row: Row) => {
    if (row.kind === 'environment' && row.item.has_kernel) {
      const { namespace, name } = row.item;
      void commands.execute(CommandIDs.newNotebook, { namespace, name });
    } else {
      openRow(row);
    }
  };
  const foldNamespace = (row: Row, expand: boolean) => {
    const name = (row as IHeadRow).namespace?.name;
    if (name !== undefined) {
      const next = new Set(folded);
      if (expand) {
        next.delete(name);
      } else {
        next.add(name);
      }
      setFolded(next);
    }
  };
  const common = {
    nameOf,
    render: renderRow,
    heightOf,
    onOpen: openRow,
    onAct: actOn,
    onSelect: select
  };
  return (
    <>
      <Announcer note={note} />
      {model.status?.problems.map(problem => (
        <MessageView key={problem.message} {...problem} />
      ))}
      <FilterBox value={filter} onChange={setFilter} />
      <FilterNote filter={filter} finder={finder} hits={hits} />
      {environments.length === 0 && <EmptyView />}
      {!filter.trim() && isNewcomer({ environments, own }) && (
        <p className="jp-Terrarium-note jp-Terrarium-newcomer">
          {trans.__(
            'You have no environment of your own yet. Begin with one that is recommended to you: select it, then “New Notebook”.'
          )}
        </p>
      )}
      {rows.length > 0 &&
        (environments.length > 0 || namespaces.length > 1) && (
          <RowTree
            {...common}
            rows={rows}
            className="jp-Terrarium-environments"
            filter={filter}
            label={trans.__('Environments')}
            onFold={foldNamespace}
          />
        )}
      {builds.length + proposals.length > 0 && (
        <RowTree
          {...common}
          rows={activity}
          className="jp-Terrarium-activity"
          label={trans.__('Activity')}
          onFold={(_, expand) => setActivityOpen(expand)}
        />
      )}
    </>
  );
}

function renderRow(row: Row, active: boolean): JSX.Element {
  switch (row.kind) {
    case 'head':
      return <HeadRow row={row} active={active} />;
    case 'environment':
      return (
        <EnvironmentRow
          item={row.item}
          packages={row.packages}
          active={active}
        />
      );
    case 'build':
      return <BuildRow build={row.build} active={active} />;
    case 'proposal':
      return <ProposalRow proposal={row.proposal} active={active} />;
    case 'note':
      return <NoteRow />;
  }
}

function NoteRow(): JSX.Element {
  const { trans } = useTerrarium();
  return (
    <div className="jp-Terrarium-note">{trans.__('No environments yet')}</div>
  );
}

function heightOf(row: Row, active: boolean, unit: number): number {
  const tall =
    (active && row.kind !== 'head' && row.kind !== 'note') ||
    (row.kind === 'environment' && row.packages.length > 0);
  return Math.round((tall ? LINE + SECOND_LINE : LINE) * unit);
}
