import { choose } from '../choose';

describe('choosing two versions to compare', () => {
  it('lets the oldest tick give way to a third', () => {
    expect(choose([], 3, true)).toEqual([3]);
    expect(choose([3], 1, true)).toEqual([3, 1]);
    expect(choose([3, 1], 2, true)).toEqual([1, 2]);
  });

  it('takes a tick back', () => {
    expect(choose([3, 1], 3, false)).toEqual([1]);
    expect(choose([3], 1, false)).toEqual([3]);
  });
});
