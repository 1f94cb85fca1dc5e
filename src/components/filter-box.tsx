import { InputGroup } from '@jupyterlab/ui-components';
import React from 'react';
import { useTerrarium } from './context';

/** The box that filters; `/` in the panel leads here, Escape empties it, down leads to
 * the first hit. */
export function FilterBox(props: {
  value: string;
  onChange: (value: string) => void;
  /** What is filtered; default: environments and packages. */
  label?: string;
}): JSX.Element {
  const { trans } = useTerrarium();
  const label = props.label ?? trans.__('Filter environments and packages');
  const onKeyDown = (event: React.KeyboardEvent<HTMLInputElement>) => {
    if (event.key === 'Escape' && props.value) {
      event.stopPropagation();
      props.onChange('');
    } else if (event.key === 'ArrowDown') {
      event.preventDefault();
      event.currentTarget
        .closest('.jp-Terrarium-view')
        ?.querySelector<HTMLElement>('[role="treeitem"][aria-level="2"]')
        ?.focus();
    }
  };
  return (
    <div className="jp-Terrarium-filter">
      <InputGroup
        type="text"
        role="searchbox"
        className="jp-Terrarium-filterInput"
        rightIcon="ui-components:search"
        placeholder={label}
        aria-label={label}
        value={props.value}
        onChange={event => props.onChange(event.currentTarget.value)}
        onKeyDown={onKeyDown}
      />
    </div>
  );
}
