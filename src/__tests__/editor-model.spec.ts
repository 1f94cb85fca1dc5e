/**
 * The CommonJS build of `yaml`, which jest can read.
 * @jest-environment-options {"customExportConditions": ["node"]}
 */
import { nullTranslator } from '@jupyterlab/translation';

import { findingsAt, findingsElsewhere } from '../editor-findings';
import { EditorModel } from '../editor-model';
import type { IEditorModelOptions } from '../editor-types';
import { addPackage } from '../spec-edits';
import type { ProposalDetail } from '../types';
import { BASE, finding, plan, problem, StubApi, TEXT } from './editor-fakes';

describe('EditorModel', () => {
  let api: StubApi;
  let model: EditorModel;

  const open = (options: Partial<IEditorModelOptions> = {}): EditorModel => {
    model = new EditorModel({
      api,
      trans: nullTranslator.load(''),
      text: TEXT,
      namespace: 'me',
      base: null,
      platform: 'linux-64',
      defaultChannels: ['conda-forge'],
      delay: 0,
      ...options
    });
    return model;
  };

  beforeEach(() => {
    api = new StubApi();
  });

  afterEach(() => {
    model.dispose();
  });

  it('takes name and channels from the text, and the other way round', () => {
    open();
    expect(model.name).toBe('demo');
    expect(model.channels).toEqual(['conda-forge']);
    model.setName('other');
    expect(model.text).toContain('name: other\n');
    model.setText('name: third\nchannels: [bioconda]\n');
    expect(model.name).toBe('third');
    expect(model.channels).toEqual(['bioconda']);
  });

  it('keeps the last form, untouched by edits, while the YAML has an error', () => {
    open();
    model.setText('name: demo\n\tx');
    expect(model.reading.error?.line).toBe(2);
    expect(model.form.packages).toHaveLength(2);
    model.edit(addPackage('pandas'));
    model.setName('x');
    expect(model.text).toBe('name: demo\n\tx');
    model.setText(TEXT);
    model.edit(addPackage('pandas'));
    expect(model.text).toBe(`${TEXT}  - pandas\n`);
  });

  it('builds under the plan that is in view', async () => {
    open();
    const made = await model.build();
    expect(made).toMatchObject({ namespace: 'me', name: 'demo' });
    expect(api.made).toMatchObject([
      { name: 'demo', namespace: 'me', specification: TEXT, plan: 'p1' }
    ]);
    expect(model.dirty).toBe(false);
  });

  describe('on a lockfile', () => {
    const LOCK =
      '@EXPLICIT\nhttps://h.example/c/linux-64/a-1-0.conda#sha256:x\n';

    it('builds it as it is, without a plan, under the name that was typed', async () => {
      open({ text: 'name:\ndependencies: []\n' });
      model.setName('taken');
      model.setText(LOCK);
      expect(model.lockfile).toMatchObject({ packages: 1 });
      expect([model.name, model.findings]).toEqual(['taken', []]);
      model.setName('other');
      expect(model.text).toBe(LOCK);
      await model.build();
      expect(api.plans).toEqual([]);
      expect(api.made).toMatchObject([
        { name: 'other', lockfile: LOCK, specification: null, plan: null }
      ]);
    });

    it('wants a name, and gives back what it took the place of', async () => {
      open({ text: 'dependencies: [numpy]\n' });
      model.setText(LOCK);
      expect(await model.build()).toBeNull();
      expect(model.missing).toBe('name');
      model.edit(addPackage('pandas'));
      expect(model.text).toBe(LOCK);
      model.setText(`${LOCK}\n`);
      expect(model.before).toBe('dependencies: [numpy]\n');
      model.setText(model.before ?? '');
      expect([model.lockfile, model.form.packages.length]).toEqual([null, 1]);
    });

    it('makes the next version of it', async () => {
      open({ base: BASE });
      model.setText(LOCK);
      await model.build();
      expect(api.made).toMatchObject([
        { lockfile: LOCK, specification: null, base_version: 4, mode: null }
      ]);
    });

    it('is no proposal', () => {
      const create = jest.fn();
      open({ base: BASE, task: { kind: 'propose', api: { create } } });
      model.setText(LOCK);
      expect(model.lockfile).toBeNull();
      expect(model.findings).not.toEqual([]);
    });
  });

  it('waits for the plan of the last words before it builds', async () => {
    open({ delay: 10_000 });
    model.edit(addPackage('pandas'));
    await model.build();
    expect(api.plans).toEqual([`${TEXT}  - pandas\n`]);
    expect(api.made[0].specification).toBe(`${TEXT}  - pandas\n`);
  });

  it('bases a new version on the one that was seen', async () => {
    open({ base: BASE });
    await model.build();
    expect(api.made).toMatchObject([{ base_version: 4, plan: 'p1' }]);
    expect(api.made[0]).not.toHaveProperty('name');
  });

  it('follows its environment to another name', async () => {
    open({ base: BASE });
    await model.plans.settle();
    model.edit(addPackage('pandas'));
    model.relocate({ namespace: 'team', name: 'renamed' });
    expect([model.name, model.namespace]).toEqual(['renamed', 'team']);
    expect(model.text).toBe(`${TEXT}  - pandas\n`);
    expect(await model.build()).toMatchObject({
      namespace: 'team',
      name: 'renamed'
    });
    expect(api.targets).toEqual(['team/renamed']);
  });

  it('keeps what works of the base until it is told to refresh', async () => {
    api.planned = plan('p1', { mode: 'keep' });
    open({ base: BASE });
    expect(model.mode).toBe('keep');
    await model.plans.settle();
    api.planned = plan('p2', { mode: 'refresh' });
    model.setMode('refresh');
    expect(model.plans.fresh).toBe(false);
    await model.build();
    expect(api.modes).toEqual(['keep', 'refresh']);
    expect(api.made).toMatchObject([{ plan: 'p2', mode: 'refresh' }]);
  });

  it('has nothing to keep in a new environment', async () => {
    open();
    await model.plans.settle();
    expect(api.modes).toEqual(['refresh']);
  });

  it('shows the new plan when the base has moved', async () => {
    api.refusal = problem(409);
    open({ base: BASE });
    await model.build();
    api.planned = plan('p2');
    await model.plans.settle();
    expect(model.refusal?.status).toBe(409);
    expect(api.plans).toHaveLength(2);
  });

  it('lets only those scripts run that were allowed', async () => {
    api.planned = plan('p', { link_scripts: ['openmpi', 'tk'] });
    open({ allowedScripts: ['tk', 'gone'] });
    model.allowScript('openmpi', true);
    model.allowScript('tk', false);
    await model.build();
    expect(api.made[0].run_link_scripts).toEqual(['openmpi']);
  });

  it('leaves the policy alone where there is nothing to ask', async () => {
    open();
    await model.build();
    expect(api.made[0].run_link_scripts).toBeNull();
  });

  it.each([
    ['no name', 'dependencies: [python]\n'],
    ['no valid name', 'name: My Env\ndependencies: [python]\n']
  ])('does not build with %s', async (_, text) => {
    open({ text });
    expect(await model.build()).toBeNull();
    expect(model.missing).toBe('name');
    expect(api.made).toEqual([]);
    model.setName('fine');
    expect(model.missing).toBeNull();
  });

  it('does not build what cannot be solved', async () => {
    api.planned = plan('p', { problem: problem(422) });
    open();
    expect(await model.build()).toBeNull();
    expect(model.missing).toBe('plan');
    expect(api.made).toEqual([]);
  });

  it('builds when only the planner is out of order', async () => {
    api.planned = problem(503);
    open();
    expect(await model.build()).not.toBeNull();
    expect(api.made[0].plan).toBeNull();
  });

  it('shows a refusal until something changes', async () => {
    api.refusal = problem(409);
    open();
    expect(await model.build()).toBeNull();
    expect(model.refusal?.status).toBe(409);
    expect(model.building).toBe(false);
    model.setName('other');
    expect(model.refusal).toBeNull();
  });

  it('keeps both texts when somebody else was faster, and goes on from there', async () => {
    open({ base: BASE });
    const conflict = {
      version: 5,
      specification_text: 'name: demo\ndependencies: [theirs]\n',
      created: '2026-11-01T00:00:00Z',
      created_by: 'berta'
    };
    api.refusal = { ...problem(409), code: 'edit-conflict', conflict };
    expect(await model.build()).toBeNull();
    expect(model.conflict).toEqual(conflict);
    expect(model.text).toBe(TEXT);
    model.edit(addPackage('mine'));
    expect(model.conflict).toEqual(conflict);
    api.refusal = null;
    const asked = api.plans.length;
    model.applyOnTop();
    expect(model.conflict).toBeNull();
    expect(model.text).toBe(`${TEXT}  - mine\n`);
    await model.build();
    expect(api.plans.length).toBeGreaterThan(asked);
    expect(api.made).toMatchObject([
      { base_version: 5, specification: `${TEXT}  - mine\n` }
    ]);
  });

  it('shows findings at their entries until their lines move', async () => {
    const bad = finding(4, 'dependencies/1');
    const elsewhere = finding(1);
    api.planned = plan('p', { problem: problem(422, [bad, elsewhere]) });
    open({ delay: 10_000 });
    await model.plans.settle();
    const [python, numpy] = model.form.packages;
    expect(findingsAt(model.findings, python)).toEqual([]);
    expect(findingsAt(model.findings, numpy)).toMatchObject([bad]);
    expect(
      findingsElsewhere(model.findings, model.form.packages)
    ).toMatchObject([elsewhere]);
    model.setText(model.text.replace('>=9', '>=8'));
    expect(model.findings).toHaveLength(2);
    model.setText(`# new line\n${model.text}`);
    expect(model.findings).toEqual([]);
  });

  it('has its own words for an error until the server’s arrive', async () => {
    api.planned = problem(422, [{ ...finding(2), message: 'server’s words' }]);
    open({ text: 'name: x\ndependencies: python\n', delay: 10_000 });
    model.setText('name: x\ndependencies: numpy\n');
    expect(model.findings).toMatchObject([
      { place: { line: 2 }, severity: 'error' }
    ]);
    expect(model.findings[0].message).toContain('dependencies');
    await model.plans.settle();
    expect(model.findings).toMatchObject([{ message: 'server’s words' }]);
  });

  it('plans nothing while there is nothing to plan', () => {
    open({ text: 'name: x\nchannels: [a]\ndependencies: []\n' });
    expect(model.plans.busy).toBe(false);
  });

  it('knows what would be lost', () => {
    open();
    expect(model.dirty).toBe(false);
    model.setName('x');
    expect(model.dirty).toBe(true);
    model.setName('demo');
    expect(model.dirty).toBe(false);
    model.dispose();
    open({ dirty: true });
    expect(model.dirty).toBe(true);
  });

  it('proposes only with a reason, and the text with its base', async () => {
    const create = jest.fn().mockResolvedValue({});
    open({ base: BASE, task: { kind: 'propose', api: { create } } });
    expect(await model.build()).toBeNull();
    expect(model.missing).toBe('reason');
    model.setReason(' newer data ');
    const made = await model.build();
    expect(made).toEqual({ namespace: 'me', name: 'demo', build: null });
    expect(create).toHaveBeenCalledWith('me', 'demo', {
      specification: TEXT,
      base_version: 4,
      mode: 'refresh',
      reason: 'newer data'
    });
    expect(api.made).toEqual([]);
  });

  it('approves the plan in view, and sends the text only when it was adjusted', async () => {
    const approve = jest.fn().mockResolvedValue({});
    const proposal = {
      ...({} as ProposalDetail),
      id: 'r1',
      specification_text: TEXT
    };
    open({ base: BASE, task: { kind: 'review', api: { approve }, proposal } });
    await model.build();
    const sent = { plan: 'p1', base_version: 4, answer: '' };
    expect(approve).toHaveBeenCalledWith('r1', {
      ...sent,
      specification: null
    });
    model.setText(`${TEXT}  - polars\n`);
    await model.build();
    expect(approve).toHaveBeenLastCalledWith('r1', {
      ...sent,
      specification: `${TEXT}  - polars\n`
    });
  });
});
