import React, { useEffect, useRef } from 'react';

/**
 * A list of rows that keeps the focus near when a row goes: on the next row's remove button, or
 * on the field that adds rows when none is left.
 */
export function Rows(
  props: React.PropsWithChildren<{ label: string; count: number }>
): JSX.Element {
  const node = useRef<HTMLDivElement>(null);
  const removed = useRef<number | null>(null);

  useEffect(() => {
    const index = removed.current;
    removed.current = null;
    if (index === null) {
      return;
    }
    const buttons = find(node.current, '[data-action="remove"]');
    const next = buttons[Math.min(index, buttons.length - 1)];
    (
      next ?? find(node.current?.parentElement, '[data-action="add"]')[0]
    )?.focus();
  }, [props.count]);

  const onClick = (event: React.MouseEvent) => {
    const button = (event.target as Element).closest('[data-action="remove"]');
    const buttons = find(node.current, '[data-action="remove"]');
    const index = buttons.findIndex(item => item === button);
    removed.current = index < 0 ? null : index;
  };

  return (
    <div
      ref={node}
      className="jp-TerrariumEditor-rows"
      role="list"
      aria-label={props.label}
      onClickCapture={onClick}
    >
      {props.children}
    </div>
  );
}

function find(root: Element | null | undefined, what: string): HTMLElement[] {
  return Array.from(root?.querySelectorAll<HTMLElement>(what) ?? []);
}
