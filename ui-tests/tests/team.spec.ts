import type { IJupyterLabPageFixture } from '@jupyterlab/galata';
import type { Locator } from '@playwright/test';
import {
  BUILD_TIMEOUT,
  expect as atOnce,
  kernel,
  test,
  type Terrarium
} from '../helpers';

/** A page that loads, and a kernel that starts, take their time on busy cores. */
const expect = atOnce.configure({ timeout: BUILD_TIMEOUT });

/** The head of the team's section in the panel. */
const team = (terrarium: Terrarium): Locator =>
  terrarium.panel.getByRole('treeitem', { name: 'Team: Geo lab' });

/** The page with the team's members. */
const members = (page: IJupyterLabPageFixture): Locator =>
  page.locator('.jp-Terrarium-members:visible');

const notebookCards = (page: IJupyterLabPageFixture): Locator =>
  page.locator(
    '.jp-Launcher-section:has-text("Notebook") .jp-LauncherCard-label'
  );

test('a shared namespace and its members, by keyboard', async ({
  page,
  terrarium
}) => {
  test.slow();

  await test.step('make it', async () => {
    await page.evaluate(() => {
      void window.jupyterapp.commands.execute('terrarium:new-namespace');
    });
    await expect(page.getByRole('dialog')).toBeVisible();
    await page.keyboard.type('Geo lab');
    await page.keyboard.press('Enter');
    await expect(members(page).getByRole('heading')).toHaveText(
      'Members of Geo lab'
    );
    await expect(team(terrarium)).toHaveAttribute(
      'aria-label',
      'Team: Geo lab, you are owner'
    );
    await expect(team(terrarium)).toContainText('owner');
  });

  const berta = members(page).locator('[data-member="user:berta"]');
  const name = members(page).getByLabel('Name of the person or group');
  await test.step('add somebody', async () => {
    await name.focus();
    await page.keyboard.type('berta');
    await page.keyboard.press('Enter');
    await expect(berta.getByLabel('Role of berta')).toHaveValue('viewer');
    await expect(name).toHaveValue('');
    await expect(name).toBeFocused();
  });

  await test.step('give another role', async () => {
    await berta.getByLabel('Role of berta').focus();
    await page.keyboard.press('ArrowDown');
    await expect(berta.getByLabel('Role of berta')).toHaveValue('editor');
    const answer = await page.request.get(
      '/terrarium/api/v1/namespaces/geo-lab/members'
    );
    expect((await answer.json()).items).toContainEqual(
      expect.objectContaining({ name: 'berta', role: 'editor' })
    );
  });

  await test.step('the last owner stays, and is told why', async () => {
    await members(page).getByRole('button', { name: 'Leave' }).focus();
    await page.keyboard.press('Enter');
    await expect(members(page).getByRole('alert')).toContainText(
      "Nobody would be left who may decide about 'geo-lab'."
    );
    const mine = members(page).locator('tr', { hasText: '(you)' });
    await expect(mine.getByRole('combobox')).toHaveValue('owner');
  });

  await test.step('remove somebody; the focus is not lost', async () => {
    await berta.getByRole('button', { name: 'Remove berta' }).focus();
    await page.keyboard.press('Enter');
    await expect(berta).toHaveCount(0);
    await expect(members(page).getByRole('alert')).toHaveCount(0);
    await expect(name).toBeFocused();
  });

  await test.step('open it again from the tree', async () => {
    await page.activity.closeAll();
    await terrarium.open();
    await team(terrarium).focus();
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => terrarium.focused()).toBe('Members');
    await page.keyboard.press('Enter');
    await expect(members(page)).toBeVisible();
  });
});

test('what an owner recommends is first, and what a new notebook begins with', async ({
  page,
  terrarium
}) => {
  test.slow();
  const made = await page.request.post('/terrarium/api/v1/namespaces', {
    data: { name: 'geo-lab', title: 'Geo lab' }
  });
  expect([201, 409]).toContain(made.status());
  await terrarium.create(kernel('zonal'), 'geo-lab');
  await terrarium.says('zonal', 'zonal, version 1, ready');
  await page.reload();
  await terrarium.open();

  await test.step('the star', async () => {
    await terrarium.row('zonal').click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'Recommended' }).click();
    await terrarium.says('zonal', /recommended/);
    await expect(terrarium.row('zonal')).toContainText('v1');
  });

  await test.step('who has nothing yet sees it first', async () => {
    await expect(terrarium.panel).toContainText('recommended to you');
    await expect(terrarium.panel.getByRole('treeitem').first()).toHaveAttribute(
      'aria-label',
      /Team: Geo lab/
    );
  });

  await test.step('the launcher shows it first', async () => {
    // By name it would be the last one.
    await expect(notebookCards(page).first()).toHaveText(
      'zonal (geo-lab, Terrarium)'
    );
  });

  await test.step('a new notebook runs in it, unasked', async () => {
    await page.menu.clickMenuItem('File>New>Notebook');
    await expect(
      page.locator('.jp-NotebookPanel .jp-Toolbar-kernelName').first()
    ).toContainText('zonal (geo-lab, Terrarium)');
    await expect(page.getByRole('dialog')).toHaveCount(0);
  });

  await test.step('until it is not recommended any more', async () => {
    await terrarium.row('zonal').focus();
    await page.keyboard.press('Enter');
    const star = terrarium.details.getByRole('button', { name: 'Recommended' });
    await expect(star).toHaveAttribute('aria-pressed', 'true');
    await star.focus();
    await page.keyboard.press('Space');
    await expect(star).toHaveAttribute('aria-pressed', 'false');
    await terrarium.says('zonal', 'zonal, version 1, ready');
    await expect
      .poll(() =>
        page.evaluate(
          () => window.jupyterapp.serviceManager.kernelspecs.specs?.default
        )
      )
      .toBe('python3');
  });
});
