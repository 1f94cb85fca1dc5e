import { LEASE_INTERVAL, PlanLease } from '../plan-lease';

describe('PlanLease', () => {
  let said: string[];
  let lease: PlanLease;
  let visibility: DocumentVisibilityState;

  const look = (state: DocumentVisibilityState) => {
    visibility = state;
    document.dispatchEvent(new Event('visibilitychange'));
  };

  beforeEach(() => {
    jest.useFakeTimers();
    visibility = 'visible';
    jest
      .spyOn(document, 'visibilityState', 'get')
      .mockImplementation(() => visibility);
    said = [];
    lease = new PlanLease({
      shown: async plan => void said.push(`+${plan}`),
      hidden: async plan => void said.push(`-${plan}`)
    });
  });

  afterEach(() => {
    lease.dispose();
    jest.restoreAllMocks();
    jest.useRealTimers();
  });

  it('says so again and again while the plan is in sight', () => {
    lease.update('a', true);
    expect(said).toEqual(['+a']);
    jest.advanceTimersByTime(2 * LEASE_INTERVAL);
    expect(said).toEqual(['+a', '+a', '+a']);
  });

  it('does not begin anew when only something else has changed', () => {
    lease.update('a', true);
    lease.update('a', true);
    jest.advanceTimersByTime(LEASE_INTERVAL);
    expect(said).toEqual(['+a', '+a']);
  });

  it('leaves the old plan for the new one', () => {
    lease.update('a', true);
    lease.update('b', true);
    jest.advanceTimersByTime(LEASE_INTERVAL);
    expect(said).toEqual(['+a', '-a', '+b', '+b']);
  });

  it('says nothing of a tab that is out of sight', () => {
    lease.update('a', false);
    jest.advanceTimersByTime(2 * LEASE_INTERVAL);
    expect(said).toEqual([]);
    lease.update('a', true);
    lease.update('a', false);
    jest.advanceTimersByTime(2 * LEASE_INTERVAL);
    expect(said).toEqual(['+a', '-a']);
  });

  it('pauses while the whole page is hidden', () => {
    lease.update('a', true);
    look('hidden');
    jest.advanceTimersByTime(2 * LEASE_INTERVAL);
    expect(said).toEqual(['+a', '-a']);
    look('visible');
    expect(said).toEqual(['+a', '-a', '+a']);
  });

  it('stops when disposed, and for good', () => {
    lease.update('a', true);
    lease.dispose();
    jest.advanceTimersByTime(2 * LEASE_INTERVAL);
    lease.update('b', true);
    look('visible');
    expect(said).toEqual(['+a', '-a']);
  });

  it('goes on when the server does not answer', async () => {
    lease.dispose();
    const shown = jest.fn().mockRejectedValue(new Error('away'));
    jest.spyOn(console, 'debug').mockImplementation();
    lease = new PlanLease({ shown, hidden: async () => undefined });
    lease.update('a', true);
    jest.advanceTimersByTime(LEASE_INTERVAL);
    await Promise.resolve();
    expect(shown).toHaveBeenCalledTimes(2);
  });
});
