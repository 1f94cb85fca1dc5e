import { ApiProblem } from '../api';
import { PlanModel } from '../plan-model';
import type { Explanation, Plan, PlanRequest, Problem } from '../types';

const request = (specification: string): PlanRequest => ({
  specification,
  namespace: null,
  environment: null
});

const plan = (id: string, problem: Problem | null = null): Plan => ({
  id,
  created: '2026-11-01T00:00:00Z',
  base_version: null,
  mode: 'refresh',
  expected_seconds: null,
  lock_digest: null,
  platforms: [],
  link_scripts: [],
  notices: [],
  problem,
  explained: true,
  seconds: 0.1,
  ready: false,
  has_kernel: true
});

const problem: Problem = {
  type: 'about:blank',
  title: 'The specification has errors',
  status: 422,
  detail: 'no',
  hint: '',
  code: 'invalid-specification',
  errors: [],
  raw: '',
  conflict: null,
  explanation: null
};

/** A server whose answers are given by hand, in any order. */
class HandServer {
  readonly calls: {
    text: string;
    signal: AbortSignal;
    answer: (plan: Plan) => void;
    refuse: (reason: unknown) => void;
  }[] = [];

  readonly source = (body: PlanRequest, signal: AbortSignal): Promise<Plan> =>
    new Promise((answer, refuse) => {
      this.calls.push({ text: body.specification, signal, answer, refuse });
    });
}

/** Let promises that are settled run their course, without the clock. */
async function turn(): Promise<void> {
  for (let i = 0; i < 5; i++) {
    await Promise.resolve();
  }
}

describe('PlanModel', () => {
  let server: HandServer;
  let model: PlanModel;
  let explain: jest.Mock<Promise<Explanation>, [string, AbortSignal]>;

  beforeEach(() => {
    jest.useFakeTimers();
    server = new HandServer();
    explain = jest.fn();
    explain.mockRejectedValue(new Error('nobody knows'));
    model = new PlanModel({ source: server.source, explain });
  });

  afterEach(() => {
    model.dispose();
    jest.useRealTimers();
  });

  it('asks once, for the last text, when typing pauses', () => {
    for (const text of ['p', 'py', 'pyt']) {
      model.update(request(text));
      jest.advanceTimersByTime(200);
    }
    expect(server.calls).toHaveLength(0);
    expect(model.busy).toBe(true);
    jest.advanceTimersByTime(100);
    expect(server.calls.map(call => call.text)).toEqual(['pyt']);
  });

  it('cancels the older request and drops its answer', async () => {
    model.update(request('old'));
    jest.advanceTimersByTime(300);
    model.update(request('new'));
    expect(server.calls[0].signal.aborted).toBe(true);
    jest.advanceTimersByTime(300);
    server.calls[1].answer(plan('new'));
    await turn();
    server.calls[0].answer(plan('old'));
    await turn();
    expect(model.plan?.id).toBe('new');
    expect(model.fresh).toBe(true);
  });

  it('shows a problem at once and what helps when it is found', async () => {
    let found: (explanation: Explanation) => void = () => undefined;
    explain.mockReturnValue(new Promise(resolve => (found = resolve)));
    model.update(request('a'));
    jest.advanceTimersByTime(300);
    server.calls[0].answer({ ...plan('a', problem), explained: false });
    await turn();
    expect(model.problem?.explanation).toBeNull();
    expect([model.fresh, model.explaining]).toEqual([true, true]);
    found({ what: 'too old' } as Explanation);
    await turn();
    expect(model.problem?.explanation?.what).toBe('too old');
    expect(model.explaining).toBe(false);
  });

  it('asks for no explanation of what is not in view any more', async () => {
    explain.mockReturnValue(new Promise(() => undefined));
    model.update(request('a'));
    jest.advanceTimersByTime(300);
    server.calls[0].answer({ ...plan('a', problem), explained: false });
    await turn();
    model.update(request('b'));
    expect(explain.mock.calls[0][1].aborted).toBe(true);
    expect(model.explaining).toBe(false);
  });

  it('keeps the words of a problem that nobody can explain', async () => {
    model.update(request('a'));
    jest.advanceTimersByTime(300);
    server.calls[0].answer({ ...plan('a', problem), explained: false });
    await turn();
    expect(model.problem?.detail).toBe('no');
    expect(model.explaining).toBe(false);
  });

  it('keeps the last plan in view while the next is under way', async () => {
    model.update(request('a'));
    jest.advanceTimersByTime(300);
    server.calls[0].answer(plan('a'));
    await turn();
    model.update(request('b'));
    expect(model.plan?.id).toBe('a');
    expect(model.fresh).toBe(false);
  });

  it('does not take an abort for an error', async () => {
    model.update(request('a'));
    jest.advanceTimersByTime(300);
    model.update(request('b'));
    server.calls[0].refuse(new DOMException('aborted', 'AbortError'));
    await turn();
    expect(model.problem).toBeNull();
    expect(model.busy).toBe(true);
  });

  it('tells errors of the text and conflicts alike', async () => {
    model.update(request('a'));
    jest.advanceTimersByTime(300);
    server.calls[0].refuse(new ApiProblem(problem));
    await turn();
    expect(model.problem?.code).toBe('invalid-specification');
    expect(model.plan).toBeNull();
    model.update(request('b'));
    jest.advanceTimersByTime(300);
    server.calls[1].answer(plan('b', { ...problem, code: 'unsatisfiable' }));
    await turn();
    expect(model.problem?.code).toBe('unsatisfiable');
  });

  it('settles at once when asked to, on the newest text only', async () => {
    model.update(request('a'));
    let settled = false;
    const done = model.settle().then(() => {
      settled = true;
    });
    expect(server.calls).toHaveLength(1);
    model.update(request('b'));
    jest.advanceTimersByTime(300);
    server.calls[0].answer(plan('a'));
    await turn();
    expect(settled).toBe(false);
    server.calls[1].answer(plan('b'));
    await done;
    expect(model.plan?.id).toBe('b');
  });

  it('has nothing to show for nothing', async () => {
    model.update(request('a'));
    model.update(null);
    jest.advanceTimersByTime(1000);
    expect(server.calls).toHaveLength(0);
    expect(model.busy).toBe(false);
    await model.settle();
  });

  it('asks nothing more and frees who waits when it is disposed', async () => {
    model.update(request('a'));
    const waiting = model.settle();
    model.dispose();
    await waiting;
    expect(server.calls[0].signal.aborted).toBe(true);
    model.update(request('b'));
    jest.advanceTimersByTime(1000);
    expect(server.calls).toHaveLength(1);
  });
});
