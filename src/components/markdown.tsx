import { MimeModel } from '@jupyterlab/rendermime';
import React, { useEffect, useRef } from 'react';
import { useTerrarium } from './context';

/** Text that a user wrote, as Markdown; never trusted, so no script in it runs. */
export function Markdown(props: { text: string }): JSX.Element {
  const { rendermime } = useTerrarium();
  const host = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const node = host.current;
    if (!node || !rendermime) {
      return;
    }
    const renderer = rendermime.createRenderer('text/markdown');
    const data = { 'text/markdown': props.text };
    void renderer.renderModel(new MimeModel({ data, trusted: false }));
    node.replaceChildren(renderer.node);
    return () => {
      node.replaceChildren();
      renderer.dispose();
    };
  }, [props.text, rendermime]);
  return rendermime ? (
    <div ref={host} className="jp-Terrarium-markdown" />
  ) : (
    <p>{props.text}</p>
  );
}
