import { nullTranslator } from '@jupyterlab/translation';
import { timeLeftWords } from '../time-left';
import type { Build } from '../types';
import { makeBuild } from './fakes';

const trans = nullTranslator.load('');

function words(
  seconds: number | null,
  passed = 0,
  more: Partial<Build> = {}
): string {
  const build = makeBuild({ state: 'linking', ...more });
  const progress = { ...build.progress, seconds_left: seconds };
  return timeLeftWords({ ...build, progress }, passed, trans).replace(
    /\u00a0/g,
    ' '
  );
}

describe('timeLeftWords', () => {
  it('says about how long, and never more precisely than that', () => {
    expect(words(9.3)).toBe('about 9 s left');
    expect(words(41.7)).toBe('about 40 s left');
    expect(words(200)).toBe('about 3 min left');
    expect(words(0.2)).toBe('about a second left');
  });

  it('says when one that waits will be ready', () => {
    expect(words(41.7, 0, { state: 'queued' })).toBe('ready in about 40 s');
  });

  it('counts down between what the server says', () => {
    expect(words(9.3, 4)).toBe('about 5 s left');
  });

  it('is silent when the store knows too little', () => {
    expect(words(null)).toBe('');
  });

  it('is silent once the build outlasts what was said of it', () => {
    expect(words(3, 4)).toBe('about a second left');
    expect(words(3, 6)).toBe('');
  });

  it('is silent about a build that has ended or is being cancelled', () => {
    expect(words(9, 0, { state: 'ready' })).toBe('');
    expect(words(9, 0, { cancel_requested: true })).toBe('');
  });
});
