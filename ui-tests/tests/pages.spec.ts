import * as fs from 'fs';
import { BUILD_TIMEOUT, expect as atOnce, small, test } from '../helpers';

/** A page that loads takes its time on busy cores. */
const expect = atOnce.configure({ timeout: BUILD_TIMEOUT });
const API = '/terrarium/api/v1';

test('a token is made, shown once, works, and is revoked, by keyboard', async ({
  page,
  terrarium
}) => {
  await terrarium.open();
  const tokens = page.locator('.jp-Terrarium-tokens:visible');
  const dialog = page.getByRole('dialog');
  const name = `nightly-${Date.now().toString(36)}`;
  const row = tokens.getByRole('row', { name });
  let secret = '';
  const withToken = async (): Promise<number> => {
    const answer = await fetch(
      `${new URL(page.url()).origin}${API}/environments`,
      { headers: { Authorization: `Bearer ${secret}` } }
    );
    return answer.status;
  };

  await test.step('make it', async () => {
    await page.evaluate(() => {
      void window.jupyterapp.commands.execute('terrarium:tokens');
    });
    await tokens.getByLabel('What it is for').focus();
    await page.keyboard.type(name);
    await page.keyboard.press('Enter');
    await expect(dialog).toContainText('it is shown only once');
    secret = await dialog.getByRole('textbox').inputValue();
    await expect(
      dialog.getByRole('button', { name: 'Copy Token' })
    ).toBeFocused();
    await page.keyboard.press('Enter');
    await expect(dialog).toContainText('Copied.');
    await page.keyboard.press('Escape');
    await expect(dialog).toHaveCount(0);
    await expect(row).toContainText('read');
    await expect(tokens).not.toContainText(secret);
    expect(await withToken()).toBe(200);
  });

  await test.step('revoke it', async () => {
    await row.getByRole('button', { name: /^Revoke/ }).focus();
    await page.keyboard.press('Enter');
    await dialog.getByRole('button', { name: 'Revoke' }).focus();
    await page.keyboard.press('Enter');
    await expect(row).toContainText('revoked');
    await expect(row.getByRole('button')).toHaveCount(0);
    expect(await withToken()).toBe(401);
  });
});

test('the audit is read in sentences, narrowed, paged and saved', async ({
  page,
  terrarium
}) => {
  const audit = page.locator('.jp-Terrarium-audit:visible');
  const lines = audit.locator('.jp-Terrarium-auditLines > li');
  await terrarium.create(small('watched'));
  await terrarium.says('watched', 'watched, version 1, ready');
  const { namespace } = await (await page.request.get(`${API}/status`)).json();
  // More than a page of them.
  for (let number = 0; number < 60; number += 1) {
    await page.request.patch(`${API}/environments/${namespace}/watched`, {
      data: { hold: number % 2 === 0 }
    });
  }

  await page.evaluate(() => {
    void window.jupyterapp.commands.execute('terrarium:audit');
  });
  await expect(lines.first()).toContainText(
    `You changed ${namespace}/watched.`
  );
  await expect(lines.first()).toContainText('no hold');
  await expect(lines).toHaveCount(50);

  await audit.getByRole('button', { name: 'Show Older Lines' }).focus();
  await page.keyboard.press('Enter');
  await expect.poll(() => lines.count()).toBeGreaterThan(50);
  await expect(
    lines
      .filter({ hasText: `You made an environment of ${namespace}.` })
      .first()
  ).toBeVisible();

  await audit.getByLabel('What it is about').selectOption('environments');
  await audit.getByLabel('Namespace').selectOption(namespace);
  await audit.getByLabel(/By whom/).fill('nobody');
  await page.keyboard.press('Enter');
  await expect(audit).toContainText('There are no such lines.');

  const saved = page.waitForEvent('download');
  await audit.getByRole('button', { name: 'Download JSON Lines' }).click();
  const file = await saved;
  expect(file.suggestedFilename()).toBe(`audit-${namespace}.jsonl`);
  const [first] = fs.readFileSync(await file.path(), 'utf-8').split('\n');
  expect(JSON.parse(first)).toMatchObject({ action: 'environment.update' });
});

test('a role on one environment is given on a page of its own, by keyboard', async ({
  page,
  terrarium
}) => {
  const made = await page.request.post(`${API}/namespaces`, {
    data: { name: 'sea-lab', title: 'Sea lab' }
  });
  expect([201, 409]).toContain(made.status());
  await terrarium.create(small('alone'), 'sea-lab');
  await terrarium.says('alone', 'alone, version 1, ready');
  const members = page.locator('.jp-Terrarium-members:visible');
  const path = `${API}/environments/sea-lab/alone/members`;

  await terrarium.row('alone').focus();
  await page.keyboard.press('Enter');
  await terrarium.details.getByRole('tab', { name: 'Sharing' }).click();
  await terrarium.details
    .getByRole('button', { name: 'Roles on This Environment' })
    .focus();
  await page.keyboard.press('Enter');
  await expect(members.getByRole('heading')).toHaveText(
    'Roles on sea-lab / alone'
  );
  await members.getByLabel('Name of the person or group').focus();
  await page.keyboard.type('berta');
  await page.keyboard.press('Enter');
  await expect(members.getByLabel('Role of berta')).toHaveValue('viewer');

  // Somebody else changes it: the page follows by itself.
  await page.request.put(`${path}/user/berta`, { data: { role: 'editor' } });
  await expect(members.getByLabel('Role of berta')).toHaveValue('editor');
  await page.request.delete(`${path}/user/berta`);
  await expect(members).toContainText('Nobody has a role here');
});
