import React, { useEffect, useLayoutEffect, useRef, useState } from 'react';
import { inWords } from '../commands/report';
import { isEnded } from '../model-order';
import { logLines, type ILogLine } from '../log-lines';
import type { Build } from '../types';
import { useTerrarium } from './context';

/** Lines that are kept in the page; the rest is in the log on the server. */
const MOST_LINES = 5000;
/** Pixels from the end within which the log follows. */
const NEAR = 24;

/** The log of a build; while it runs, new lines follow as they are written. */
export function BuildLogView(props: { build: Build }): JSX.Element {
  const { model, trans } = useTerrarium();
  const { id } = props.build;
  const [lines, setLines] = useState<readonly ILogLine[]>([]);
  const [error, setError] = useState('');
  const box = useRef<HTMLDivElement>(null);
  const follow = useRef(true);

  useEffect(() => {
    const slot = {};
    let offset = 0;
    let reading = false;
    let again = false;
    let stopped = false;
    const read = async () => {
      if (reading) {
        again = true;
        return;
      }
      reading = true;
      try {
        do {
          again = false;
          const part = await model.api.buildLog(id, offset);
          if (stopped) {
            return;
          }
          const more = part.next_offset > offset;
          offset = part.next_offset;
          const news = logLines(part.events, trans);
          if (news.length > 0) {
            setLines(old => [...old, ...news].slice(-MOST_LINES));
          }
          again = again || more;
        } while (again);
        setError('');
      } catch (reason) {
        setError(inWords(reason));
      } finally {
        reading = false;
      }
    };
    const onEvent = (_: unknown, event: { build: string | null }) => {
      if (event.build === id) {
        void read();
      }
    };
    model.events.connect(onEvent, slot);
    void read();
    return () => {
      stopped = true;
      model.events.disconnect(onEvent, slot);
    };
  }, [model, id, trans]);

  useLayoutEffect(() => {
    const node = box.current;
    if (node && follow.current) {
      node.scrollTop = node.scrollHeight;
    }
  }, [lines]);

  return (
    <div
      ref={box}
      className="jp-Terrarium-log"
      role="log"
      aria-label={trans.__('Log of the build')}
      // Progress is announced by phase; reading every line aloud would never end.
      aria-live="off"
      tabIndex={0}
      onScroll={event => {
        const node = event.currentTarget;
        const rest = node.scrollHeight - node.scrollTop - node.clientHeight;
        follow.current = rest < NEAR;
      }}
    >
      {error && <div data-level="error">{error}</div>}
      {lines.length === 0 && !error && (
        <div data-level="quiet">
          {isEnded(props.build)
            ? trans.__('This build wrote no log.')
            : trans.__('Nothing has been logged yet.')}
        </div>
      )}
      {lines.map((line, index) => (
        <div key={index} data-level={line.level}>
          <time>{line.clock}</time> {line.text}
        </div>
      ))}
    </div>
  );
}
