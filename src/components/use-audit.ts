import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { AuditApi, type IAuditQuery } from '../audit-api';
import { inSentences } from '../commands/report';
import { saveText } from '../save-text';
import type { AuditEntry } from '../types';
import { useTerrarium } from './context';

/** Lines of the audit, newest first, as far as they have been fetched. */
export interface IAudit {
  /** Null until they are known. */
  lines: readonly AuditEntry[] | null;
  /** How many there are in all. */
  total: number;
  /** Why the last thing could not be done, and what helps. */
  error: ReturnType<typeof inSentences> | null;
  busy: boolean;
  /** Fetch the next page; null when there is none. */
  older: (() => void) | null;
  /** Fetch them anew. */
  refresh: () => void;
  /** Save the lines of the namespace as a file. */
  download: () => void;
}

/** The lines that *query* names. */
export function useAudit(query: IAuditQuery): IAudit {
  const { model } = useTerrarium();
  const api = useMemo(() => new AuditApi(model.api.settings), [model]);
  const [lines, setLines] = useState<readonly AuditEntry[] | null>(null);
  const [total, setTotal] = useState(0);
  const [next, setNext] = useState<string | null>(null);
  const [error, setError] = useState<IAudit['error']>(null);
  const [busy, setBusy] = useState(false);
  // The last question; what is answered to those before is of no interest any more.
  const asked = useRef(0);
  const { namespace, user, action } = query;

  const doing = useCallback(async (work: () => Promise<() => void>) => {
    asked.current += 1;
    const mine = asked.current;
    setBusy(true);
    try {
      const show = await work();
      if (mine === asked.current) {
        show();
        setError(null);
      }
    } catch (reason) {
      if (mine === asked.current) {
        setError(inSentences(reason));
      }
    } finally {
      if (mine === asked.current) {
        setBusy(false);
      }
    }
  }, []);
  const fetchFrom = useCallback(
    (cursor: string | null) =>
      doing(async () => {
        const page = await api.page({ namespace, user, action }, cursor);
        return () => {
          setLines(old =>
            cursor === null ? page.items : [...(old ?? []), ...page.items]
          );
          setTotal(page.total);
          setNext(page.next_cursor);
        };
      }),
    [api, doing, namespace, user, action]
  );
  useEffect(() => {
    void fetchFrom(null);
  }, [fetchFrom]);

  return {
    lines,
    total,
    error,
    busy,
    older: next === null ? null : () => void fetchFrom(next),
    refresh: () => void fetchFrom(null),
    download: () =>
      void doing(async () => {
        const text = await api.lines(namespace);
        return () =>
          saveText(
            namespace ? `audit-${namespace}.jsonl` : 'audit.jsonl',
            text
          );
      })
  };
}
