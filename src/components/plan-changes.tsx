import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';

import {
  CHANGE_ORDER,
  changeWord,
  countWords,
  diskWords,
  downloadWords,
  versionWords
} from '../editor-words';
import { formatBytes } from '../format';
import type { PlanChange, PlanPlatform } from '../types';

/** What happens to each package of one platform: the sum, what else is to be said, the list. */
export function PlanChanges(
  props: React.PropsWithChildren<{
    id: string;
    platform: PlanPlatform;
    trans: TranslationBundle;
    /** How long the build takes; empty where nothing is built or known. */
    time?: string;
    /** Whether there is nothing left to fetch: two versions are compared. */
    built?: boolean;
  }>
): JSX.Element {
  const { platform, trans } = props;
  const costs = props.built
    ? []
    : [
        downloadWords(platform, trans),
        diskWords(platform, trans),
        props.time ?? ''
      ].filter(words => words !== '');
  const moving = sorted(
    platform.changes.filter(item => item.change !== 'kept')
  );
  const kept = sorted(platform.changes.filter(item => item.change === 'kept'));
  return (
    <div id={props.id}>
      <div className="jp-TerrariumPlan-summary">
        <strong>{countWords(platform, trans)}</strong>
        {costs.map(words => (
          <span key={words}>{words}</span>
        ))}
      </div>
      {props.children}
      <ChangeList changes={moving} trans={trans} />
      {kept.length > 0 && (
        <details className="jp-TerrariumPlan-kept">
          <summary>
            {trans._n('%1 unchanged', '%1 unchanged', kept.length)}
          </summary>
          <ChangeList changes={kept} trans={trans} />
        </details>
      )}
    </div>
  );
}

function ChangeList(props: {
  changes: readonly PlanChange[];
  trans: TranslationBundle;
}): JSX.Element {
  return (
    <ul className="jp-TerrariumPlan-changes">
      {props.changes.map(item => (
        <ChangeRow
          key={`${item.kind} ${item.name}`}
          item={item}
          trans={props.trans}
        />
      ))}
    </ul>
  );
}

function ChangeRow(props: {
  item: PlanChange;
  trans: TranslationBundle;
}): JSX.Element {
  const { item, trans } = props;
  const { sign, word } = changeWord(item.change, trans);
  return (
    <li data-change={item.change} title={[item.build, item.channel].join(' ')}>
      <span className="jp-TerrariumPlan-sign" aria-hidden="true">
        {sign}
      </span>
      <span className="jp-TerrariumEditor-hidden">{word} </span>
      <span className="jp-TerrariumPlan-name">{item.name}</span>
      <span className="jp-TerrariumPlan-tags">
        {item.kind === 'pip' && <span>{trans.__('pip')}</span>}
        {item.requested && <span>{trans.__('asked for')}</span>}
      </span>
      <span className="jp-TerrariumPlan-version">{versionWords(item)}</span>
      <span className="jp-TerrariumPlan-size">
        {item.change === 'removed' ? '' : formatBytes(item.size)}
      </span>
    </li>
  );
}

/** Changes of interest first; in each group what was asked for before what it needs. */
function sorted(changes: readonly PlanChange[]): PlanChange[] {
  return [...changes].sort(
    (one, other) =>
      CHANGE_ORDER.indexOf(one.change) - CHANGE_ORDER.indexOf(other.change) ||
      Number(other.requested) - Number(one.requested) ||
      one.name.localeCompare(other.name)
  );
}
