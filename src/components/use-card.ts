import { useCallback, useEffect, useRef, useState } from 'react';
import type { ICardSource } from '../card-source';
import { inWords } from '../commands/report';
import type { Card, ShareUse } from '../types';

/** Milliseconds between looks at a card whose environment is being built for us. */
const LOOK_AGAIN = 2000;

/** What a card shows, and what is being done with it. */
export interface ICardState {
  card: Card | null;
  /** What went wrong, in words. */
  error: string;
  /** Whether an action is under way. */
  busy: boolean;
  /** Whether files are awaited that are being built. */
  awaited: boolean;
  /** Do something that may fail. */
  act: (work: () => Promise<void>) => void;
  /** Use the link; *then* gets the kernels, after a build where one is needed. */
  use: (then: (used: ShareUse) => Promise<void>) => void;
}

/** The card of *source*, and its actions. */
export function useCard(source: ICardSource): ICardState {
  const [card, setCard] = useState<Card | null>(null);
  const [error, setError] = useState('');
  const [busy, setBusy] = useState(false);
  const [awaited, setAwaited] = useState(false);
  const then = useRef<((used: ShareUse) => Promise<void>) | null>(null);

  const look = useCallback(async (): Promise<Card | null> => {
    try {
      const found = await source.card();
      setCard(found);
      return found;
    } catch (reason) {
      setCard(null);
      setError(inWords(reason));
      return null;
    }
  }, [source]);

  const act = useCallback((work: () => Promise<void>): void => {
    setBusy(true);
    setError('');
    void work()
      .catch((reason: unknown) => setError(inWords(reason)))
      .finally(() => setBusy(false));
  }, []);

  const tryUse = useCallback(async (): Promise<void> => {
    const used = await source.use();
    const next = then.current;
    setAwaited(!used.ready);
    if (used.ready && next) {
      then.current = null;
      await next(used);
    }
    await look();
  }, [source, look]);

  useEffect(() => {
    void look();
  }, [look]);

  const making = card?.forms.some(form => form.making) ?? false;
  useEffect(() => {
    if (!making) {
      return;
    }
    const timer = window.setInterval(() => void look(), LOOK_AGAIN);
    return () => window.clearInterval(timer);
  }, [making, look]);

  useEffect(() => {
    if (!awaited) {
      return;
    }
    const timer = window.setInterval(() => {
      void look().then(found => {
        if (found?.ready) {
          setAwaited(false);
          act(tryUse);
        } else if (!found?.building) {
          setAwaited(false);
        }
      });
    }, LOOK_AGAIN);
    return () => window.clearInterval(timer);
  }, [awaited, look, act, tryUse]);

  return {
    card,
    error,
    busy,
    awaited,
    act,
    use: next => {
      then.current = next;
      act(tryUse);
    }
  };
}
