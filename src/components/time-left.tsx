import React from 'react';
import { timeLeftWords } from '../time-left';
import type { Build } from '../types';
import { useTerrarium } from './context';

/**
 * How long a build still takes, counted down here between what the server says. Screen
 * readers hear it with the row, not every second.
 */
export function TimeLeft(props: {
  build: Build;
  before?: string;
}): JSX.Element | null {
  const { trans } = useTerrarium();
  const { build, before = '' } = props;
  const passed = useSecondsSince(build.progress);
  const words = timeLeftWords(build, passed, trans);
  return words ? (
    <span className="jp-Terrarium-timeLeft" aria-hidden="true">
      {before}
      {words}
    </span>
  ) : null;
}

/** Whole seconds since *said* was another object, that is: since the server said it. */
function useSecondsSince(said: Build['progress']): number {
  const [passed, setPassed] = React.useState(0);
  React.useEffect(() => {
    setPassed(0);
    if (said.seconds_left === null) {
      return;
    }
    const timer = window.setInterval(() => setPassed(count => count + 1), 1000);
    return () => window.clearInterval(timer);
  }, [said]);
  return passed;
}
