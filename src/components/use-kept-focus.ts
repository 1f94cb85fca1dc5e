import {
  useEffect,
  useRef,
  type FocusEventHandler,
  type RefObject
} from 'react';

/** What an element is given that keeps the focus. */
export interface IKeptFocus<T extends HTMLElement> {
  ref: RefObject<T>;
  tabIndex: -1;
  onFocus: FocusEventHandler<T>;
  onBlur: FocusEventHandler<T>;
}

/**
 * Keeps the focus where it was when the button that had it goes away, because what it does is
 * done: the element takes it, or what it marks with `data-focus="fallback"`. Without this the
 * next Tab would begin at the top of the page.
 */
export function useKeptFocus<T extends HTMLElement>(): IKeptFocus<T> {
  const ref = useRef<T>(null);
  const inside = useRef(false);
  useEffect(() => {
    const root = ref.current;
    if (inside.current && root && document.activeElement === document.body) {
      const marked = root.querySelector<HTMLElement>('[data-focus="fallback"]');
      (marked ?? root).focus();
    }
  });
  return {
    ref,
    tabIndex: -1,
    onFocus: () => {
      inside.current = true;
    },
    // Not called for an element that is taken out of the page: that is what is looked for.
    onBlur: () => {
      inside.current = false;
    }
  };
}
