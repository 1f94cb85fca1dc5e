import { nullTranslator } from '@jupyterlab/translation';

import {
  changeWord,
  countWords,
  diskWords,
  planWords,
  timeWords,
  versionWords
} from '../editor-words';
import { formatAbout } from '../format';
import type { Plan, PlanChange, PlanPlatform } from '../types';

const trans = nullTranslator.load('');

const part: PlanPlatform = {
  platform: 'linux-64',
  changes: [],
  added: 2,
  changed: 1,
  removed: 1,
  kept: 0,
  download: 14e6,
  disk: 31e6,
  package_bytes: 14e6
};

const plan = {
  platforms: [part],
  expected_seconds: 6.2,
  ready: false
} as unknown as Plan;

const change = (more: Partial<PlanChange>): PlanChange => ({
  change: 'up',
  name: 'a',
  kind: 'conda',
  before: '1.0',
  after: '2.0',
  build: '0',
  channel: 'https://host/two',
  build_before: '0',
  channel_before: 'https://host/one',
  size: 1,
  cached: false,
  requested: false,
  link_script: false,
  ...more
});

/** No-break spaces keep a number with its unit. */
const plain = (text: string): string => text.replace(/\u00a0/g, ' ');

describe('the words of a plan', () => {
  it('count what moves, and say what it costs', () => {
    expect(countWords(part, trans)).toBe('2 new · 1 changed · 1 removed');
    expect(plain(diskWords(part, trans))).toBe('disk about 31 MB');
    expect(plain(timeWords(plan, trans))).toBe('about 6 s on this server');
    expect(plain(planWords(plan, 'linux-64', trans))).toBe(
      'Plan: 2 new · 1 changed · 1 removed; download 14 MB; ' +
        'disk about 31 MB; about 6 s on this server'
    );
  });

  it('promise no time where none is known, or nothing is built', () => {
    expect(timeWords({ ...plan, expected_seconds: null }, trans)).toBe('');
    expect(timeWords({ ...plan, ready: true }, trans)).toBe('');
    expect(timeWords({ ...plan, expected_seconds: 0.2 }, trans)).toBe(
      'less than a second on this server'
    );
    // Another platform's packages are not installed here.
    expect(planWords(plan, 'osx-arm64', trans)).not.toContain('server');
  });

  it('name versions, or the channels when only those differ', () => {
    expect(versionWords(change({}))).toBe('1.0 → 2.0');
    expect(versionWords(change({ change: 'added', before: '' }))).toBe('2.0');
    expect(versionWords(change({ change: 'removed', after: '' }))).toBe('1.0');
    const moved = change({ change: 'channel', after: '1.0' });
    expect(versionWords(moved)).toBe('one → two');
    expect(changeWord('channel', trans).word).toBe('other channel');
  });

  it.each([
    [1, '1 s'],
    [6.4, '6 s'],
    [41, '40 s'],
    [170, '3 min']
  ])('round %d seconds to %s', (seconds, words) => {
    expect(plain(formatAbout(seconds))).toBe(words);
  });
});
