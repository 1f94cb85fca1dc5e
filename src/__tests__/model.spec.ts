import { ServerConnection, type Event } from '@jupyterlab/services';
import { nullTranslator } from '@jupyterlab/translation';
import { Signal } from '@lumino/signaling';
import { TerrariumApi } from '../api';
import { CHANGED_SCHEMA, TerrariumModel } from '../model';
import type { Build } from '../types';
import { FakeServer, makeBuild, makeEnvironment, makeStatus } from './fakes';

const trans = nullTranslator.load('jupyterlab_terrarium');

/** Let answers that are under way arrive. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 50; turn++) {
    await Promise.resolve();
  }
  await new Promise(resolve => setTimeout(resolve, 5));
}

describe('TerrariumModel', () => {
  let server: FakeServer;
  let stream: Signal<object, Event.Emission>;
  let model: TerrariumModel;
  let ended: Build[];

  const poke = async () => {
    stream.emit({ schema_id: CHANGED_SCHEMA, sequence: 1 });
    await settle();
  };

  beforeEach(() => {
    server = new FakeServer();
    stream = new Signal<object, Event.Emission>({});
    const settings = ServerConnection.makeSettings({
      baseUrl: 'http://localhost/',
      fetch: server.fetch
    });
    model = new TerrariumModel({
      api: new TerrariumApi(settings),
      stream: stream as unknown as Event.Stream,
      trans
    });
    ended = [];
    model.buildEnded.connect((_, build) => ended.push(build));
  });

  afterEach(() => model.dispose());

  it('shows what the server has, in stable order', async () => {
    server.put(makeEnvironment({ name: 'b10' }));
    server.put(makeEnvironment({ name: 'b9' }));
    server.put(makeEnvironment({ name: 'a' }));
    await model.refresh();
    expect(model.loaded).toBe(true);
    expect(model.environments.map(item => item.name)).toEqual([
      'a',
      'b9',
      'b10'
    ]);
  });

  it('asks for nothing while nothing happens', async () => {
    server.put(makeEnvironment());
    await model.refresh();
    await settle();
    server.requests.length = 0;
    await new Promise(resolve => setTimeout(resolve, 50));
    expect(server.requests).toEqual([]);
  });

  it('fetches only the environment that an event names', async () => {
    server.put(makeEnvironment({ name: 'a' }));
    server.put(makeEnvironment({ name: 'b' }));
    await model.refresh();
    await settle();
    server.requests.length = 0;
    server.put(makeEnvironment({ name: 'b', title: 'Bees' }));
    server.emit({ kind: 'environment-updated', environment: 'b' });
    await poke();
    expect(server.requests).toEqual([
      'GET events?after=0',
      'GET environments/ana/b'
    ]);
    expect(model.find({ namespace: 'ana', name: 'b' })?.title).toBe('Bees');
  });

  it('follows an environment to its new name, with selection and builds', async () => {
    const build = makeBuild({ environment: 'old', environment_id: 'e' });
    server.put(makeEnvironment({ id: 'e', name: 'old', build }));
    server.builds.set(build.id, build);
    await model.refresh();
    model.selected = { namespace: 'ana', name: 'old' };
    server.environments.clear();
    server.put(makeEnvironment({ id: 'e', name: 'new' }));
    const event = { environment: 'new', environment_id: 'e' };
    server.emit({
      ...event,
      kind: 'environment-renamed',
      data: { before: 'old' }
    });
    server.emit({ ...event, kind: 'environment-updated' });
    await poke();
    expect(model.environments.map(item => item.name)).toEqual(['new']);
    expect(model.selected).toEqual({ namespace: 'ana', name: 'new' });
    expect(model.builds.map(item => item.environment)).toEqual(['new']);
  });

  it('forgets what was moved to where this user sees nothing', async () => {
    server.put(makeEnvironment({ id: 'e', name: 'gone' }));
    await model.refresh();
    server.environments.clear();
    server.emit({
      kind: 'environment-renamed',
      environment_id: 'e',
      environment: 'gone',
      data: { before: 'gone' }
    });
    await poke();
    expect(model.environments).toEqual([]);
  });

  it('takes progress from the event itself, without another request', async () => {
    const build = makeBuild({ state: 'fetching' });
    server.put(makeEnvironment({ state: 'building', build }));
    server.builds.set(build.id, build);
    await model.refresh();
    await settle();
    server.requests.length = 0;
    const progress = { ...build.progress, packages_done: 7, packages_total: 9 };
    server.emit({ build: 'b1', data: { state: 'fetching', progress } });
    await poke();
    expect(server.requests).toEqual(['GET events?after=0']);
    expect(model.builds[0].progress.packages_done).toBe(7);
    expect(model.environments[0].build?.progress.packages_done).toBe(7);
  });

  it('asks once for all builds that wait when another one begins or ends', async () => {
    const running = makeBuild({ state: 'linking' });
    const waiting = [2, 3].map(position =>
      makeBuild({ id: `b${position}`, position: position - 1 })
    );
    [running, ...waiting].forEach(build => server.builds.set(build.id, build));
    await model.refresh();
    await settle();
    server.requests.length = 0;
    server.builds.set('b1', { ...running, state: 'ready' });
    server.builds.set('b3', { ...waiting[1], position: 1 });
    server.emit({ build: 'b1', data: { state: 'ready' } });
    await poke();
    const asked = server.requests.filter(line => line.includes('builds'));
    expect(asked).toEqual(['GET builds/b1', 'GET builds?active=true']);
    expect(model.builds.find(item => item.id === 'b3')?.position).toBe(1);
  });

  it('keeps the order and the other rows when one row progresses', async () => {
    const build = makeBuild({ state: 'fetching' });
    server.put(makeEnvironment({ build, state: 'building' }));
    server.put(makeEnvironment({ name: 'other' }));
    server.builds.set(build.id, build);
    await model.refresh();
    const other = model.find({ namespace: 'ana', name: 'other' });
    const progress = { ...build.progress, packages_done: 1 };
    server.emit({ build: 'b1', data: { state: 'fetching', progress } });
    await poke();
    expect(model.environments.map(item => item.name)).toEqual([
      'analysis',
      'other'
    ]);
    expect(model.environments[1]).toBe(other);
  });

  it('announces the end of a build of this user once', async () => {
    const build = makeBuild({ state: 'linking' });
    server.put(makeEnvironment({ build, state: 'building' }));
    server.builds.set(build.id, build);
    await model.refresh();
    server.builds.set(build.id, { ...build, state: 'ready' });
    server.emit({ build: 'b1', data: { state: 'ready' } });
    await poke();
    server.emit({ kind: 'kernels-changed', build: 'b1' });
    await poke();
    expect(ended.map(item => item.state)).toEqual(['ready']);
  });

  it('does not announce builds that had ended before the page was opened', async () => {
    server.builds.set('b1', makeBuild({ state: 'ready' }));
    await model.refresh();
    await settle();
    expect(ended).toEqual([]);
  });

  it('does not announce builds of others', async () => {
    const build = makeBuild({ state: 'linking', requested_by: 'bo' });
    server.builds.set(build.id, build);
    await model.refresh();
    server.builds.set(build.id, { ...build, state: 'ready' });
    server.emit({ build: 'b1', data: { state: 'ready' } });
    await poke();
    expect(ended).toEqual([]);
  });

  it('announces a build whose end overtook the answer that named it', async () => {
    await model.refresh();
    await settle();
    server.put(makeEnvironment());
    server.builds.set('b1', makeBuild({ state: 'ready' }));
    server.emit({ build: 'b1', data: { state: 'ready' } });
    await poke();
    model.watchBuild(makeBuild({ state: 'queued' }));
    await settle();
    expect(ended.map(item => item.id)).toEqual(['b1']);
    expect(model.builds[0].state).toBe('ready');
  });

  it('announces a build that is ready in the moment it is asked for', async () => {
    await model.refresh();
    model.watchBuild(makeBuild({ state: 'ready', reused: true }));
    await settle();
    expect(ended.map(item => item.id)).toEqual(['b1']);
  });

  it('announces a build of this user that ended before it was seen', async () => {
    await model.refresh();
    server.put(makeEnvironment());
    server.builds.set('b1', makeBuild({ state: 'failed' }));
    server.emit({ build: 'b1', data: { state: 'failed' } });
    await poke();
    expect(ended.map(item => item.state)).toEqual(['failed']);
  });

  it('forgets a deleted environment, its builds and its selection', async () => {
    const build = makeBuild({ state: 'ready' });
    server.put(makeEnvironment({ build }));
    server.builds.set(build.id, build);
    await model.refresh();
    model.selected = { namespace: 'ana', name: 'analysis' };
    server.environments.clear();
    server.emit({ kind: 'environment-deleted' });
    await poke();
    expect(model.environments).toEqual([]);
    expect(model.builds).toEqual([]);
    expect(model.selected).toBeNull();
  });

  it('asks again for what it could not fetch', async () => {
    server.put(makeEnvironment());
    await model.refresh();
    server.put(makeEnvironment({ title: 'New' }));
    server.emit({ kind: 'environment-updated' });
    server.broken = 0;
    await poke();
    server.broken = null;
    await poke();
    expect(model.environments[0].title).toBe('New');
  });

  it('says in one sentence that the server extension is missing', async () => {
    server.broken = 404;
    await model.refresh();
    expect(model.unavailable?.message).toContain(
      'The Terrarium server extension is not enabled'
    );
    expect(model.loaded).toBe(false);
  });

  it('says so when the server does not answer', async () => {
    server.broken = 0;
    await model.refresh();
    expect(model.unavailable?.message).toBe(
      'The Jupyter server does not answer.'
    );
  });

  it('refuses a server of another version, naming both', async () => {
    server.status = makeStatus({ version: '9.9.9', api_version: '2' });
    await model.refresh();
    expect(model.unavailable?.message).toMatch(/0\.1\.0.*9\.9\.9/);
    expect(server.requests).toEqual(['GET status']);
  });
});
