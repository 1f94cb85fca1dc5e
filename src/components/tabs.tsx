import React from 'react';

export interface ITab<T extends string> {
  id: T;
  label: string;
}

/** A row of tabs: arrows move, as the ARIA pattern asks. */
export function Tabs<T extends string>(props: {
  tabs: readonly ITab<T>[];
  selected: T;
  label: string;
  /** Start of the ids of tabs and panels: unique in the page. */
  prefix: string;
  onSelect: (id: T) => void;
}): JSX.Element {
  const { tabs, selected, prefix } = props;
  const onKeyDown = (event: React.KeyboardEvent) => {
    const at = tabs.findIndex(tab => tab.id === selected);
    const moves: Record<string, number> = {
      ArrowRight: (at + 1) % tabs.length,
      ArrowLeft: (at + tabs.length - 1) % tabs.length,
      Home: 0,
      End: tabs.length - 1
    };
    const to = moves[event.key];
    if (to !== undefined) {
      event.preventDefault();
      props.onSelect(tabs[to].id);
      document.getElementById(`${prefix}-tab-${tabs[to].id}`)?.focus();
    }
  };
  return (
    <div
      className="jp-Terrarium-tabs"
      role="tablist"
      aria-label={props.label}
      onKeyDown={onKeyDown}
    >
      {tabs.map(tab => (
        <button
          key={tab.id}
          id={`${prefix}-tab-${tab.id}`}
          type="button"
          role="tab"
          className="jp-Terrarium-tab"
          aria-selected={tab.id === selected}
          aria-controls={`${prefix}-panel`}
          tabIndex={tab.id === selected ? 0 : -1}
          onClick={() => props.onSelect(tab.id)}
        >
          {tab.label}
        </button>
      ))}
    </div>
  );
}
