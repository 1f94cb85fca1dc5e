import { expect, test } from '@playwright/test';
import { kernel } from '../helpers/specifications';
import { Colleague, endStore } from './colleague';

test.describe.configure({ mode: 'serial', timeout: 300_000 });

let ann: Colleague;
let bob: Colleague;
let link = '';

test.beforeAll(async ({ browser }) => {
  ann = await Colleague.at(browser, 'ann');
  bob = await Colleague.at(browser, 'bob');
});

test('a team, an environment in it, and a link to it', async () => {
  await test.step('log in to the hub, which starts the own server', () =>
    ann.arrive());

  await test.step('make a team', async () => {
    await ann.command('terrarium:new-namespace');
    await ann.dialog.getByRole('textbox').fill('Geo lab');
    await ann.dialog.getByRole('button', { name: 'Make Namespace' }).click();
    await expect(
      ann.page.getByRole('heading', { name: 'Members of Geo lab' })
    ).toBeVisible();
  });

  await test.step('make an environment in it', async () => {
    await ann.editor.open({ namespace: 'geo-lab', text: kernel('climate') });
    await ann.editor.planned();
    await ann.editor.build('climate');
    await ann.says('climate', 'climate, version 1, ready');
  });

  await test.step('make a link, which leads through the hub', async () => {
    await ann.choose(ann.row('climate'), 'Share…');
    link = await ann.sharing.link(async dialog => {
      await expect(dialog).not.toContainText('from this machine only');
      await dialog.getByRole('radio', { name: 'use and copy it' }).check();
      await dialog.getByLabel('Note').fill('For the report of May');
    });
    expect(new URL(link).pathname).toBe('/hub/user-redirect/lab');
  });
});

test('somebody who is logged out opens the link, uses it, and copies it', async () => {
  const token = new URL(link).searchParams.get('terrarium-share-token') ?? '';

  await test.step('login, server, card; nothing runs', async () => {
    await bob.page.goto(link);
    await bob.login();
    await bob.inLab();
    await expect(bob.sharing.card).toContainText('For the report of May');
    await expect(bob.sharing.card).toContainText('Ready here now');
    await expect(bob.sharing.card).toHaveCount(1);
    await expect(bob.page).not.toHaveURL(new RegExp(token));
    expect(await bob.running()).toBe(0);
    expect(await bob.hasKernel('climate')).toBe(false);
  });

  await test.step('a notebook runs in it', async () => {
    const begin = Date.now();
    await bob.sharing.card
      .getByRole('button', { name: 'New Notebook' })
      .click();
    await expect.poll(() => bob.hasKernel('climate')).toBe(true);
    console.log(`kernel listed after ${Date.now() - begin} ms`);
    await expect(bob.kernelName).toContainText('climate (geo-lab');
    await expect(await bob.run('print(6 * 7)')).toHaveText(/^42\s*$/);
  });

  await test.step('no role came of it', async () => {
    await bob.openPanel();
    await expect(bob.row('climate')).toHaveCount(0);
    const found = await bob.ask(
      'terrarium/api/v1/environments/geo-lab/climate'
    );
    expect(found.status).toBe(404);
  });

  await test.step('copy it', async () => {
    await bob.page.locator('.lm-TabBar-tab', { hasText: 'climate' }).click();
    await bob.sharing.card.getByRole('button', { name: /Copy to My/ }).click();
    await bob.dialog.getByRole('textbox').fill('mine');
    await bob.dialog.getByRole('button', { name: 'Copy' }).click();
    await bob.says('mine', 'mine, version 1, ready');
  });

  await test.step('edit the copy', async () => {
    await bob.editor.open({ namespace: 'bob', name: 'mine' });
    await bob.editor.add('terrarium-data');
    await bob.editor.planned();
    await bob.editor.build('mine');
    await bob.says('mine', 'mine, version 2, ready');
  });
});

test('a link that is opened again runs nothing, and is dead once revoked', async () => {
  const second = await bob.secondTab();
  const sessions = await bob.running();

  await test.step('in a second tab, with the workspace open in the first', async () => {
    const asked: string[] = [];
    second.page.on('request', request => {
      if (request.url().includes('/shared-link')) {
        asked.push(request.method());
      }
    });
    await second.sharing.follow(link);
    await expect(second.sharing.card).toContainText('For the report of May');
    await second.page.waitForLoadState('networkidle');
    await expect(second.page.locator('.jp-Terrarium-card')).toHaveCount(1);
    expect(asked).toEqual(['GET']);
    expect(await bob.running()).toBe(sessions);
  });

  await test.step('revoke', async () => {
    await ann.row('climate').click();
    await ann.page.keyboard.press('Enter');
    await ann.details.getByRole('tab', { name: 'Sharing' }).click();
    const row = ann.details.getByRole('row', { name: /For the report/ });
    await expect(row).toContainText('by 1 other');
    await row.getByRole('button', { name: 'Revoke' }).click();
    await ann.dialog.getByRole('button', { name: 'Revoke' }).click();
    await expect(row).toContainText('revoked');
  });

  await test.step('dead where it is still open, and where it is opened', async () => {
    const use = second.sharing.card.getByRole('button', {
      name: 'New Notebook'
    });
    await use.click();
    await expect(second.sharing.card).toContainText('does not work');
    await second.sharing.follow(link);
    await expect(second.sharing.card).toContainText('does not work');
    await expect(use).toHaveCount(0);
    expect(await bob.running()).toBe(sessions);
    await second.page.close();
  });
});

test('a viewer proposes, an owner approves, and the open session has the new version', async () => {
  await test.step('become a viewer', async () => {
    await ann.command('terrarium:members', { namespace: 'geo-lab' });
    const members = ann.page.locator('.jp-Terrarium-members:visible');
    await members.getByLabel('Name of the person or group').fill('bob');
    await ann.page.keyboard.press('Enter');
    const role = members.getByLabel('Role of bob');
    await expect(role).toHaveValue('viewer');
    await bob.mark();
    await expect(
      bob.panel.getByRole('treeitem', { name: 'Team: Geo lab' })
    ).toHaveAttribute('aria-label', 'Team: Geo lab, you are viewer');
    await bob.says('climate', 'climate, version 1, ready');
  });

  await test.step('run the team’s environment', async () => {
    await bob.row('climate').dblclick();
    await expect(bob.kernelName).toContainText('climate (geo-lab');
    await expect(await bob.run('print(1 + 1)')).toHaveText(/^2\s*$/);
  });

  await test.step('propose', async () => {
    await bob.editor.open({ namespace: 'geo-lab', name: 'climate' });
    await expect(bob.editor.buildButton).toHaveCount(0);
    await bob.editor.add('terrarium-data');
    await bob.editor.planned();
    const propose = bob.editor.root.getByRole('button', { name: 'Propose' });
    await propose.click();
    await bob.editor.root.getByLabel('Why?').fill('For the maps');
    await propose.click();
    await expect(bob.details).toContainText('waits for a decision');
  });

  await test.step('approve', async () => {
    await ann.told('bob proposes a change of climate', 'Look and Decide…');
    await expect(ann.editor.root).toContainText('For the maps');
    await expect(ann.editor.plan).toContainText('terrarium-data');
    await ann.editor.root
      .getByRole('button', { name: 'Approve and Build' })
      .click();
    await ann.says('climate', 'climate, version 2, ready');
  });

  await test.step('it is there, and the proposer is told', async () => {
    await bob.told('ann has approved your change of climate');
    await bob.says('climate', 'climate, version 2, ready');
    await expect
      .poll(() => bob.terrarium('local/environments/geo-lab/climate'))
      .toMatchObject({ version: 2, state: 'ready' });
    await bob.page
      .locator('.lm-TabBar-tab', { hasText: 'Untitled' })
      .last()
      .click();
    await bob.restartKernel();
    await expect(await bob.run('print(2 + 2)')).toHaveText(/^4\s*$/);
    const { lock_digest } = await bob.terrarium<{ lock_digest: string }>(
      'environments/geo-lab/climate/versions/2'
    );
    expect(await bob.lockDigest()).toBe(lock_digest);
    expect(await bob.isMarked()).toBe(true);
  });
});

test('a notebook of one runs on the same digest for the other', async () => {
  let digest = '';
  let notebook = '';

  await test.step('share it as it is', async () => {
    await ann.row('climate').dblclick();
    await expect(ann.kernelName).toContainText('climate (geo-lab');
    await expect(await ann.run('print("isobars")')).toHaveText(/isobars/);
    digest = await ann.lockDigest();
    await ann.command('terrarium:share-notebook');
    notebook = await ann.sharing.link(async dialog => {
      await dialog.getByRole('checkbox', { name: /Outputs/ }).check();
    });
  });

  await test.step('the card shows it, and nothing of it runs', async () => {
    const sessions = await bob.running();
    await bob.sharing.follow(notebook);
    const shown = bob.sharing.card.getByRole('region', { name: /^Notebook / });
    await expect(shown).toContainText('print("isobars")');
    await expect(shown.locator('pre').last()).toHaveText(/^isobars\s*$/);
    expect(await bob.running()).toBe(sessions);
  });

  await test.step('open a copy, and run it', async () => {
    await bob.sharing.card.getByRole('button', { name: 'Open a Copy' }).click();
    await expect(bob.kernelName).toContainText('climate@2 (geo-lab');
    await expect(await bob.run('print("again")')).toHaveText(/again/);
    expect(await bob.lockDigest()).toBe(digest);
  });
});

test('nothing is lost while the team store is away', async () => {
  const environments = () => ann.terrarium('environments?limit=100');
  const before = await environments();

  await test.step('the panel says so, and kernels run', async () => {
    await endStore();
    for (const person of [ann, bob]) {
      await expect(person.panel).toContainText('does not answer');
      await expect(person.panel).toContainText('work as before');
    }
    await expect(await bob.run('print("alone")')).toHaveText(/alone/);
    await bob.restartKernel();
    await expect(await bob.run('print("anew")')).toHaveText(/anew/);
  });

  await test.step('then it is back, with everything', async () => {
    await ann.says('climate', 'climate, version 2, ready');
    await bob.says('mine', 'mine, version 2, ready');
    expect(await environments()).toEqual(before);
  });
});

test('what was saved of a session is worth nothing after the logout', async () => {
  const replay = await bob.replay();
  expect(await replay('GET')).toBe(200);
  await bob.page.goto('/hub/logout');
  // A change is refused at once. Looking: the store asks the hub about a token again after
  // half a minute.
  const refused = /^(302|401|403)$/;
  expect(String(await replay('POST'))).toMatch(refused);
  await expect.poll(async () => String(await replay('GET'))).toMatch(refused);
});
