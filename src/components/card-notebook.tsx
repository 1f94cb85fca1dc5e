import React, { useEffect, useState } from 'react';
import type { ICardSource } from '../card-source';
import { inWords } from '../commands/report';
import { previewOf, type IPreviewCell } from '../notebook-preview';
import { useTerrarium } from './context';
import { Markdown } from './markdown';
import { MessageView } from './message-view';

/** The notebook that goes along with a link, to be read: nothing in it is run. */
export function CardNotebook(props: {
  source: ICardSource;
  name: string;
}): JSX.Element {
  const { trans } = useTerrarium();
  const { source, name } = props;
  const [cells, setCells] = useState<readonly IPreviewCell[] | null>(null);
  const [error, setError] = useState('');
  useEffect(() => {
    source
      .file('notebook.ipynb')
      .then(text => setCells(previewOf(text)))
      .catch((reason: unknown) => setError(inWords(reason)));
  }, [source]);
  return (
    <section aria-label={trans.__('Notebook %1', name)}>
      <h3>{name}</h3>
      {error && <MessageView message={error} alert />}
      <div className="jp-Terrarium-cardNotebook" tabIndex={0}>
        {(cells ?? []).map((cell, index) => (
          <Cell key={index} cell={cell} />
        ))}
      </div>
    </section>
  );
}

function Cell(props: { cell: IPreviewCell }): JSX.Element {
  const { trans } = useTerrarium();
  const { kind, source, outputs } = props.cell;
  if (kind === 'markdown') {
    return <Markdown text={source} />;
  }
  return (
    <>
      <pre className="jp-Terrarium-cardCode">{source}</pre>
      {outputs.map((output, index) =>
        output.image ? (
          <img
            key={index}
            src={output.image}
            alt={output.text || trans.__('A figure')}
          />
        ) : (
          <pre key={index}>{output.text}</pre>
        )
      )}
    </>
  );
}
