import React from 'react';
import { warningIcon } from '../icons';

/** One clear sentence, and what to do about it. */
export function MessageView(props: {
  message: string;
  hint?: string;
  alert?: boolean;
}): JSX.Element {
  return (
    <div
      className="jp-Terrarium-message"
      role={props.alert ? 'alert' : undefined}
    >
      <span className="jp-Terrarium-messageIcon" aria-hidden="true">
        <warningIcon.react tag="span" width="16px" height="16px" />
      </span>
      <div>
        <div>{props.message}</div>
        {props.hint && (
          <div className="jp-Terrarium-messageHint">{props.hint}</div>
        )}
      </div>
    </div>
  );
}
