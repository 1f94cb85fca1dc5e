import React, {
  useCallback,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState
} from 'react';
import { nextIndex } from '../row-keys';
import type { Row } from '../rows';
import {
  environmentOf,
  lastHead,
  moveInActions,
  namespaceOf,
  range,
  rowNode
} from './row-dom';
import { layoutRows, scrollToShow, visibleRange } from '../windowing';
import { useSize } from './use-size';

/** Rows beyond the edges that are drawn too. */
const OVERSCAN = 6;

export interface IRowTreeProps {
  rows: readonly Row[];
  label: string;
  className: string;
  /** Text that the rows were filtered by: another one shows the first hits. */
  filter?: string;
  /** Says the whole row in one sentence. */
  nameOf: (row: Row) => string;
  render: (row: Row, active: boolean) => JSX.Element;
  /** Height in CSS pixels, given the height of one line of text. */
  heightOf: (row: Row, active: boolean, unit: number) => number;
  /** Enter. */
  onOpen: (row: Row) => void;
  /** Double click. */
  onAct: (row: Row) => void;
  onFold: (row: Row, expand: boolean) => void;
  onSelect: (row: Row | null) => void;
}

/** A tree of which only the visible rows are in the document, so 10,000 rows are no more work. */
export function RowTree(props: IRowTreeProps): JSX.Element {
  const { rows, heightOf, onSelect } = props;
  const root = useRef<HTMLDivElement>(null);
  const { height: viewport, unit } = useSize(root);
  const [scrollTop, setScrollTop] = useState(0);
  const [activeKey, setActiveKey] = useState<string | null>(null);
  const lastIndex = useRef(0);
  const hadFocus = useRef(false);

  const found = rows.findIndex(row => row.key === activeKey);
  // A row that is gone leaves its place to the next one.
  const active =
    found >= 0 ? found : Math.min(lastIndex.current, rows.length - 1);
  lastIndex.current = Math.max(0, active);
  const chosen = activeKey !== null;

  const layout = useMemo(
    () =>
      layoutRows(
        rows.map((row, at) => heightOf(row, chosen && at === active, unit))
      ),
    [rows, active, chosen, unit, heightOf]
  );

  const choose = (row: Row) => {
    setActiveKey(row.key);
    onSelect(row);
  };

  const focusRow = useCallback(
    (index: number) => {
      const node = root.current;
      const row = rows[index];
      if (!node || !row) {
        return;
      }
      setActiveKey(row.key);
      onSelect(row);
      node.scrollTop = scrollToShow(
        layout,
        index,
        node.scrollTop,
        node.clientHeight
      );
      setScrollTop(node.scrollTop);
      hadFocus.current = true;
      requestAnimationFrame(() => rowNode(node, row.key)?.focus());
    },
    [rows, layout, onSelect]
  );

  useLayoutEffect(() => {
    root.current?.scrollTo(0, 0);
    setScrollTop(0);
  }, [props.filter]);

  useLayoutEffect(() => {
    const node = root.current;
    const row = rows[active];
    if (
      node &&
      row &&
      hadFocus.current &&
      document.activeElement === document.body
    ) {
      rowNode(node, row.key)?.focus();
    }
  });

  useEffect(() => {
    if (activeKey !== null && found < 0) {
      const row = rows[active] ?? null;
      setActiveKey(row?.key ?? null);
      onSelect(row);
    }
  }, [activeKey, found, active, rows, onSelect]);

  const onKeyDown = (event: React.KeyboardEvent) => {
    const row = rows[active];
    const onRow =
      (event.target as HTMLElement).getAttribute('role') === 'treeitem';
    if (!row || event.altKey || event.ctrlKey || event.metaKey) {
      return;
    }
    if (!onRow) {
      moveInActions(event, () => focusRow(active));
      return;
    }
    const done = handleOnRow(event, row);
    if (done) {
      event.preventDefault();
      event.stopPropagation();
    }
  };

  const handleOnRow = (event: React.KeyboardEvent, row: Row): boolean => {
    const page = Math.max(1, Math.floor(viewport / (unit * 24)) - 1);
    const index = nextIndex(event.key, active, rows.length, page);
    if (index !== null) {
      focusRow(index);
      return true;
    }
    switch (event.key) {
      case 'Enter':
        if (row.kind === 'head') {
          props.onFold(row, !row.expanded);
        } else {
          props.onOpen(row);
        }
        return true;
      case ' ':
        choose(row);
        return true;
      case 'ArrowRight':
        if (row.kind === 'head' && !row.expanded) {
          props.onFold(row, true);
        } else {
          (event.target as HTMLElement).querySelector('button')?.focus();
        }
        return true;
      case 'ArrowLeft': {
        if (row.kind === 'head') {
          props.onFold(row, false);
          return true;
        }
        const head = lastHead(rows, active);
        focusRow(head);
        return true;
      }
      case 'Escape':
        setActiveKey(null);
        onSelect(null);
        return true;
      default:
        return false;
    }
  };

  const [first, last] = visibleRange(layout, scrollTop, viewport, OVERSCAN);
  const shown = range(first, last);
  if (active >= 0 && (active < first || active >= last)) {
    // The active row holds the focus: it stays, wherever one scrolls.
    shown.push(active);
  }
  return (
    <div
      ref={root}
      className={`jp-Terrarium-tree ${props.className}`}
      role="tree"
      aria-label={props.label}
      onScroll={event => setScrollTop(event.currentTarget.scrollTop)}
      onKeyDown={onKeyDown}
      onBlur={event => {
        // Focus that moves to another element has left; focus that is lost has not.
        if (
          event.relatedTarget &&
          !root.current?.contains(event.relatedTarget)
        ) {
          hadFocus.current = false;
        }
      }}
    >
      <div
        className="jp-Terrarium-treeSpace"
        role="presentation"
        style={{ height: layout.height }}
      >
        {shown.map(index => {
          const row = rows[index];
          const isActive = index === active;
          const isHead = row.kind === 'head';
          return (
            <div
              key={row.key}
              className={`jp-Terrarium-row jp-Terrarium-row-${row.kind}`}
              data-key={row.key}
              data-namespace={namespaceOf(row)}
              data-name={environmentOf(row)}
              data-build={row.kind === 'build' ? row.build.id : undefined}
              role="treeitem"
              aria-label={props.nameOf(row)}
              aria-level={isHead ? 1 : 2}
              aria-expanded={isHead ? row.expanded : undefined}
              aria-selected={isHead ? undefined : chosen && isActive}
              aria-setsize={'size' in row ? row.size : undefined}
              aria-posinset={'position' in row ? row.position : undefined}
              tabIndex={isActive ? 0 : -1}
              style={{
                top: layout.tops[index],
                height: layout.tops[index + 1] - layout.tops[index]
              }}
              onFocus={event => {
                hadFocus.current = true;
                if (
                  event.target === event.currentTarget &&
                  activeKey !== row.key
                ) {
                  choose(row);
                }
              }}
              onMouseDown={event => {
                // Selecting moves what stands below: a button would slip away from
                // under the pointer before it is clicked.
                if (!(event.target as HTMLElement).closest('button')) {
                  choose(row);
                }
              }}
              onContextMenu={() => choose(row)}
              onClick={() => {
                if (isHead) {
                  props.onFold(row, !row.expanded);
                }
              }}
              onDoubleClick={() => {
                if (!isHead) {
                  props.onAct(row);
                }
              }}
            >
              {props.render(row, chosen && isActive)}
            </div>
          );
        })}
      </div>
    </div>
  );
}
