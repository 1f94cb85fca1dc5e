import type { KeyboardEvent } from 'react';
import type { Row } from '../rows';

/** Arrows among the buttons of a row; Escape and the first left arrow go back to the row. */
export function moveInActions(event: KeyboardEvent, back: () => void): void {
  const button = (event.target as HTMLElement).closest('button');
  const buttons = [
    ...(button?.parentElement?.querySelectorAll('button') ?? [])
  ];
  const at = button ? buttons.indexOf(button) : -1;
  let handled = true;
  if (event.key === 'ArrowRight' && at >= 0) {
    buttons[Math.min(at + 1, buttons.length - 1)].focus();
  } else if (event.key === 'ArrowLeft' && at > 0) {
    buttons[at - 1].focus();
  } else if (event.key === 'ArrowLeft' || event.key === 'Escape') {
    back();
  } else {
    handled = false;
  }
  if (handled) {
    event.preventDefault();
    event.stopPropagation();
  }
}

export function rowNode(root: HTMLElement, key: string): HTMLElement | null {
  return root.querySelector(`[data-key="${CSS.escape(key)}"]`);
}

export function lastHead(rows: readonly Row[], before: number): number {
  let index = before;
  while (index > 0 && rows[index].kind !== 'head') {
    index -= 1;
  }
  return index;
}

export function range(first: number, last: number): number[] {
  return Array.from(
    { length: Math.max(0, last - first) },
    (_, at) => first + at
  );
}

export function namespaceOf(row: Row): string | undefined {
  return row.kind === 'environment'
    ? row.item.namespace
    : row.kind === 'build'
      ? row.build.namespace
      : row.kind === 'head' && row.namespace?.kind === 'shared'
        ? row.namespace.name
        : undefined;
}

export function environmentOf(row: Row): string | undefined {
  return row.kind === 'environment'
    ? row.item.name
    : row.kind === 'build'
      ? row.build.environment
      : undefined;
}
