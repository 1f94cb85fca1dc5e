import React from 'react';

/** Words of the server, in which what stands between backticks is code. */
export function Words(props: { text: string }): JSX.Element {
  const parts = props.text.split('`');
  // An odd number of backticks is no markup.
  if (parts.length % 2 === 0) {
    return <>{props.text}</>;
  }
  return (
    <>
      {parts.map((part, index) =>
        index % 2 === 1 ? <code key={index}>{part}</code> : part
      )}
    </>
  );
}
