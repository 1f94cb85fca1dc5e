import React from 'react';
import { inWords } from '../commands/report';
import type { PackageFinder } from '../package-finder';
import { useTerrarium } from './context';

/** What has to be said of a filter where rows do not speak for themselves. */
export function FilterNote(props: {
  filter: string;
  finder: PackageFinder;
  /** How many environments are shown. */
  hits: number;
}): JSX.Element | null {
  const { trans } = useTerrarium();
  const { finder, hits } = props;
  const filter = props.filter.trim();
  const note = (text: string) => (
    <div className="jp-Terrarium-note">{text}</div>
  );
  if (!filter) {
    return null;
  }
  if (finder.error !== null) {
    return note(
      trans.__('Packages could not be searched: %1', inWords(finder.error))
    );
  }
  if (hits > 0) {
    return null;
  }
  return note(
    finder.hasAnswered(filter)
      ? trans.__('No environment matches “%1”.', filter)
      : trans.__('Looking into packages…')
  );
}
