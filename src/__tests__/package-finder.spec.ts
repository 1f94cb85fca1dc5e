import { changesPackages, FIND_DELAY, PackageFinder } from '../package-finder';
import type { EnvironmentSummary, IPage } from '../types';
import { makeEnvironment, makeEvent } from './fakes';

/** A server whose answers are given by hand, in any order. */
class HandServer {
  readonly calls: {
    text: string;
    cursor: string | null;
    signal: AbortSignal;
    answer: (items: Record<string, string[]>, next?: string) => Promise<void>;
    refuse: (reason: unknown) => Promise<void>;
  }[] = [];

  readonly source = (
    text: string,
    cursor: string | null,
    signal: AbortSignal
  ): Promise<IPage<EnvironmentSummary>> =>
    new Promise((resolve, reject) => {
      this.calls.push({
        text,
        cursor,
        signal,
        answer: (items, next) => {
          const found = Object.entries(items).map(([id, packages]) =>
            makeEnvironment({ id, matched_packages: packages })
          );
          const next_cursor = next ?? null;
          resolve({ items: found, next_cursor, total: found.length });
          return turn();
        },
        refuse: reason => {
          reject(reason);
          return turn();
        }
      });
    });
}

/** Let promises that are settled run their course, without the clock. */
async function turn(): Promise<void> {
  for (let i = 0; i < 5; i++) {
    await Promise.resolve();
  }
}

describe('PackageFinder', () => {
  let server: HandServer;
  let finder: PackageFinder;

  const type = (text: string) => {
    finder.find(text);
    jest.advanceTimersByTime(FIND_DELAY);
  };
  const found = () => Object.fromEntries(finder.found);

  beforeEach(() => {
    jest.useFakeTimers();
    server = new HandServer();
    finder = new PackageFinder(server.source);
  });

  afterEach(() => {
    finder.dispose();
    jest.useRealTimers();
  });

  it('asks once typing pauses, and for the whole text', () => {
    finder.find('nu');
    jest.advanceTimersByTime(FIND_DELAY / 2);
    finder.find(' Num  Py ');
    jest.advanceTimersByTime(FIND_DELAY - 1);
    expect(server.calls).toHaveLength(0);
    jest.advanceTimersByTime(1);
    expect(server.calls.map(call => call.text)).toEqual(['num py']);
  });

  it('tells by which packages environments were found, and of no others', async () => {
    type('numpy');
    expect(finder.hasAnswered('numpy')).toBe(false);
    await server.calls[0].answer({ a: ['numpy 2.1.3'], named: [] });
    expect(found()).toEqual({ a: ['numpy 2.1.3'] });
    expect(finder.hasAnswered('Numpy ')).toBe(true);
  });

  it('drops an answer that a newer text has overtaken', async () => {
    type('numpy');
    type('pandas');
    expect(server.calls[0].signal.aborted).toBe(true);
    await server.calls[1].answer({ b: ['pandas 2.2'] });
    await server.calls[0].answer({ a: ['numpy 2.1'] });
    expect(found()).toEqual({ b: ['pandas 2.2'] });
  });

  it('keeps what was found while the text grows or shrinks, until the answer', async () => {
    type('num');
    await server.calls[0].answer({ a: ['numba 1'], b: ['numpy 2'] });
    type('nump');
    expect(Object.keys(found())).toEqual(['a', 'b']);
    await server.calls[1].answer({ b: ['numpy 2'] });
    expect(Object.keys(found())).toEqual(['b']);
    type('nu');
    expect(Object.keys(found())).toEqual(['b']);
    type('pandas');
    expect(found()).toEqual({});
  });

  it('reads every page, and shows each as it comes', async () => {
    type('numpy');
    await server.calls[0].answer({ a: ['numpy 1'] }, 'more');
    expect(found()).toEqual({ a: ['numpy 1'] });
    expect(finder.hasAnswered('numpy')).toBe(false);
    expect(server.calls[1].cursor).toBe('more');
    await server.calls[1].answer({ b: ['numpy 2'] });
    expect(Object.keys(found())).toEqual(['a', 'b']);
  });

  it('forgets when the filter is emptied, and asks nothing', () => {
    type('numpy');
    void server.calls[0].answer({ a: ['numpy 1'] });
    type('');
    expect(found()).toEqual({});
    expect(finder.hasAnswered('')).toBe(true);
    expect(server.calls).toHaveLength(1);
  });

  it('asks nothing for one letter or for a path', () => {
    type('r');
    type('geo/climate');
    expect(server.calls).toHaveLength(0);
    expect(finder.hasAnswered('geo/climate')).toBe(true);
  });

  it('asks again when environments change, and keeps the rows meanwhile', async () => {
    type('numpy');
    await server.calls[0].answer({ a: ['numpy 1'] });
    finder.again();
    finder.again();
    jest.advanceTimersByTime(FIND_DELAY);
    expect(found()).toEqual({ a: ['numpy 1'] });
    expect(server.calls).toHaveLength(2);
    await server.calls[1].answer({ a: ['numpy 2'] });
    expect(found()).toEqual({ a: ['numpy 2'] });
  });

  it('says why it could not ask, until the next attempt', async () => {
    const reason = new Error('no answer');
    type('numpy');
    await server.calls[0].refuse(reason);
    expect(finder.error).toBe(reason);
    type('pandas');
    expect(finder.error).toBeNull();
    await server.calls[1].answer({});
    expect(finder.error).toBeNull();
  });

  it('asks for nothing once it is disposed', () => {
    finder.find('numpy');
    finder.dispose();
    finder.again();
    jest.advanceTimersByTime(FIND_DELAY);
    expect(server.calls).toHaveLength(0);
  });
});

describe('changesPackages', () => {
  it('knows the events after which another version may be shown', () => {
    const state = (state: string) =>
      changesPackages(makeEvent({ kind: 'build-changed', data: { state } }));
    expect(state('ready')).toBe(true);
    expect(state('linking')).toBe(false);
    expect(changesPackages(makeEvent({ kind: 'current-changed' }))).toBe(true);
    expect(changesPackages(makeEvent({ kind: 'kernels-changed' }))).toBe(false);
  });
});
