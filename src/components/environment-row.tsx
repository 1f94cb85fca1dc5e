import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import { formatBytes } from '../format';
import { starIcon } from '../icons';
import { activeBuild, environmentLook, progressWord } from '../states';
import { CommandIDs } from '../tokens';
import type { EnvironmentSummary } from '../types';
import { useTerrarium } from './context';
import { ProgressBar } from './progress-bar';
import { RowActions } from './row-actions';
import { StateIcon } from './state-badge';

const ACTIONS = [
  CommandIDs.cancelBuild,
  CommandIDs.retry,
  CommandIDs.newNotebook,
  CommandIDs.useInNotebook,
  CommandIDs.edit,
  CommandIDs.share
];

/** What one row says about an environment. */
export function EnvironmentRow(props: {
  item: EnvironmentSummary;
  /** Packages for which it is in a filtered list. */
  packages: readonly string[];
  active: boolean;
}): JSX.Element {
  const { trans } = useTerrarium();
  const { item, packages, active } = props;
  const build = activeBuild(item);
  const look = environmentLook(item, trans);
  const word = build ? progressWord(build, trans) : (look.short ?? look.word);
  const { namespace, name } = item;
  return (
    <>
      <div className="jp-Terrarium-rowLine">
        <StateIcon look={look} />
        <span className="jp-Terrarium-rowName" title={item.title || name}>
          {name}
        </span>
        {item.recommended && (
          <span
            className="jp-Terrarium-star"
            title={trans.__('Recommended by an owner of %1', namespace)}
          >
            <starIcon.react tag="span" width="12px" height="12px" />
          </span>
        )}
        <span className="jp-Terrarium-rowState" data-tone={look.tone}>
          {item.current !== null && (
            <span className="jp-Terrarium-rowVersion">
              {trans.__('v%1', item.current)}
            </span>
          )}
          <span className="jp-Terrarium-rowWord">{word}</span>
        </span>
        <RowActions
          commands={ACTIONS}
          args={{ namespace, name }}
          reachable={active}
          menu
        />
      </div>
      {(active || packages.length > 0) && (
        <div className="jp-Terrarium-rowDetail">
          {[
            ...(packages.length > 0 ? [hasPackages(packages, trans)] : []),
            ...(active ? [detail(item, trans)] : [])
          ].join(' · ')}
        </div>
      )}
      {build && <ProgressBar build={build} />}
    </>
  );
}

/** The whole row in one sentence, for screen readers. */
export function environmentLabel(
  item: EnvironmentSummary,
  packages: readonly string[],
  trans: TranslationBundle
): string {
  const state = stateLabel(item, trans);
  const label = item.recommended ? trans.__('%1, recommended', state) : state;
  return packages.length > 0
    ? `${label}, ${hasPackages(packages, trans)}`
    : label;
}

/** `has numpy 2.1.3` */
function hasPackages(
  packages: readonly string[],
  trans: TranslationBundle
): string {
  return trans.__('has %1', packages.join(', '));
}

function stateLabel(
  item: EnvironmentSummary,
  trans: TranslationBundle
): string {
  const build = activeBuild(item);
  const word = build
    ? progressWord(build, trans)
    : environmentLook(item, trans).word;
  return item.current === null
    ? trans.__('%1, %2', item.name, word)
    : trans.__('%1, version %2, %3', item.name, item.current, word);
}

/** `python 3.12 · 33 packages · 226 MB`, or what is being done, or why it failed. */
function detail(item: EnvironmentSummary, trans: TranslationBundle): string {
  const build = activeBuild(item);
  const parts: string[] = [];
  if (build) {
    const { bytes_done, bytes_total, current } = build.progress;
    if (bytes_total > 0 && build.state === 'fetching') {
      parts.push(
        trans.__(
          '%1 of %2',
          formatBytes(bytes_done) || '0 B',
          formatBytes(bytes_total)
        )
      );
    }
    parts.push(current || trans.__('version %1', build.version));
  } else if (item.state === 'failed') {
    parts.push(item.build?.problem?.title ?? trans.__('The build failed'));
  } else {
    if (item.headline) {
      parts.push(item.headline);
    }
    if (item.packages > 0) {
      parts.push(trans._n('%1 package', '%1 packages', item.packages));
    }
    if (item.size > 0) {
      parts.push(formatBytes(item.size));
    }
    if (item.current !== null && !item.has_kernel) {
      parts.push(trans.__('no kernel'));
    }
  }
  return (
    parts.join(' · ') || trans._n('%1 version', '%1 versions', item.latest)
  );
}
