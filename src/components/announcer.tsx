import React, { useEffect, useRef, useState } from 'react';
import { buildLook } from '../states';
import { useModel, useTerrarium } from './context';

/**
 * Says aloud, politely, what the eye sees: phases of builds, and how many environments a
 * filter leaves. Counts within a phase would talk without end, so they are not said.
 */
export function Announcer(props: { note: string }): JSX.Element {
  const { trans } = useTerrarium();
  const model = useModel();
  const [text, setText] = useState('');
  const known = useRef<Map<string, string> | null>(null);
  const states = model.builds
    .map(build => `${build.id}:${build.state}`)
    .join(' ');

  useEffect(() => {
    const before = known.current;
    known.current = new Map(model.builds.map(item => [item.id, item.state]));
    if (before === null) {
      return;
    }
    const news = model.builds
      .filter(build => before.get(build.id) !== build.state)
      .map(build =>
        trans.__(
          '%1: %2',
          build.environment,
          buildLook(build.state, trans).word
        )
      );
    if (news.length > 0 && model.loaded) {
      setText(news.join('. '));
    }
  }, [states]);

  useEffect(() => {
    if (props.note) {
      setText(props.note);
    }
  }, [props.note]);

  return (
    <div
      className="jp-Terrarium-visuallyHidden"
      role="status"
      aria-live="polite"
    >
      {text}
    </div>
  );
}
