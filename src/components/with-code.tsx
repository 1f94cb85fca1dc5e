import React from 'react';

/** Text in which `backticks` mark what is typed. */
export function WithCode(props: { text: string }): JSX.Element {
  return (
    <>
      {props.text
        .split('`')
        .map((part, index) =>
          index % 2 === 1 ? <code key={index}>{part}</code> : part
        )}
    </>
  );
}
