import { useLayoutEffect, useState, type RefObject } from 'react';

/** JupyterLab's default size of interface text, CSS pixels. */
const DEFAULT_FONT = 13;
/** What a window shows before it has been measured. */
const FIRST_HEIGHT = 600;

export interface ISize {
  /** Height of the element, CSS pixels. */
  height: number;
  /** How much larger than by default its text is. */
  unit: number;
}

/** The size of an element and of its text, kept up to date. */
export function useSize(element: RefObject<HTMLElement>): ISize {
  const [size, setSize] = useState<ISize>({ height: FIRST_HEIGHT, unit: 1 });
  useLayoutEffect(() => {
    const node = element.current;
    if (!node) {
      return;
    }
    const measure = () => {
      const font = parseFloat(getComputedStyle(node).fontSize);
      const unit = Number.isFinite(font) ? font / DEFAULT_FONT : 1;
      const height = node.clientHeight || FIRST_HEIGHT;
      setSize(old =>
        old.height === height && old.unit === unit ? old : { height, unit }
      );
    };
    measure();
    if (typeof ResizeObserver === 'undefined') {
      return;
    }
    const observer = new ResizeObserver(measure);
    observer.observe(node);
    return () => observer.disconnect();
  }, [element]);
  return size;
}
