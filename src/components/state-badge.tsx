import React from 'react';
import type { IStateLook } from '../states';

/** A state as icon and colour; its word stands beside it in the row. */
export function StateIcon(props: { look: IStateLook }): JSX.Element {
  const { icon: Icon, tone } = props.look;
  return (
    <span
      className="jp-Terrarium-stateIcon"
      data-tone={tone}
      aria-hidden="true"
    >
      <Icon.react tag="span" width="14px" height="14px" />
    </span>
  );
}

/** A state as icon, word and colour. */
export function StateBadge(props: { look: IStateLook }): JSX.Element {
  return (
    <span className="jp-Terrarium-badge" data-tone={props.look.tone}>
      <StateIcon look={props.look} />
      <span>{props.look.word}</span>
    </span>
  );
}
