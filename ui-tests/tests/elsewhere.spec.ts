import { createHash } from 'crypto';
import * as fs from 'fs';
import { BUILD_TIMEOUT, expect as atOnce, small, test } from '../helpers';

/** A page that loads takes its time on busy cores. */
const API = '/terrarium/api/v1';
const expect = atOnce.configure({ timeout: BUILD_TIMEOUT });

test('a version is taken along in other forms', async ({ page, terrarium }) => {
  await terrarium.create(small('travels'));
  await terrarium.says('travels', 'travels, version 1, ready');
  const { namespace } = await (await page.request.get(`${API}/status`)).json();
  await page.evaluate(
    args => {
      void window.jupyterapp.commands.execute('terrarium:use-elsewhere', args);
    },
    { namespace, name: 'travels' }
  );
  const forms = page.locator('.jp-Terrarium-elsewhere:visible');
  const explicit = forms.locator('[data-form=explicit]');

  await test.step('a text is saved', async () => {
    const saving = page.waitForEvent('download');
    await explicit.getByRole('button', { name: 'Save Explicit list' }).focus();
    await page.keyboard.press('Enter');
    const saved = await saving;
    expect(saved.suggestedFilename()).toMatch(/^travels-1-.*\.txt$/);
    const text = fs.readFileSync(await saved.path(), 'utf-8');
    expect(text).toContain('@EXPLICIT');
  });

  await test.step('an archive is made, told of, and downloaded', async () => {
    const archive = forms.locator('[data-form=archive-zst]');
    await archive.getByRole('button', { name: /^Make/ }).focus();
    await page.keyboard.press('Enter');
    await expect(archive.getByRole('status')).toContainText('ready');
    const link = archive.getByRole('button', { name: /^Download/ });
    const saving = page.waitForEvent('download');
    await link.focus();
    await page.keyboard.press('Enter');
    const saved = await saving;
    expect(saved.suggestedFilename()).toMatch(/^travels-1-.*\.tar\.zst$/);
    const digest = createHash('sha256')
      .update(fs.readFileSync(await saved.path()))
      .digest('hex');
    await expect(archive.locator(`code[title="${digest}"]`)).toBeVisible();
  });

  await test.step('what cannot be is told where it was asked for', async () => {
    const archive = forms.locator('[data-form=archive-gz]');
    await archive.getByText('Options').click();
    await archive.getByRole('textbox').fill('/a b');
    await archive.getByRole('button', { name: /^Make/ }).click();
    await expect(archive.getByRole('alert')).toContainText('an absolute path');
  });

  await test.step('the command for a shell says the same', async () => {
    await explicit.getByText('In a shell').focus();
    await page.keyboard.press('Enter');
    await expect(explicit).toContainText(
      `jupyter terrarium export ${namespace}/travels@1 --to explicit`
    );
  });
});

test('an offline bundle is brought from a file, without a channel', async ({
  page,
  terrarium
}, info) => {
  await terrarium.create(small('sender'));
  await terrarium.says('sender', 'sender, version 1, ready');
  const { namespace } = await (await page.request.get(`${API}/status`)).json();
  const form = `${API}/environments/${namespace}/sender/versions/1/artifacts/offline-bundle`;
  const file = info.outputPath('sender.tar');
  await page.request.post(form, { data: {} });
  await expect(async () => {
    const answer = await page.request.get(form);
    expect(answer.status()).toBe(200);
    fs.writeFileSync(file, await answer.body());
  }).toPass();
  await page.request.patch(`${API}/environments/${namespace}/sender`, {
    data: { name: 'sent-away' }
  });

  const choosing = page.waitForEvent('filechooser');
  await page.evaluate(() => {
    void window.jupyterapp.commands.execute('terrarium:import-file');
  });
  await (await choosing).setFiles(file);
  await terrarium.says('sender', 'sender, version 1, ready');
  await expect(page.locator('.jp-Terrarium-details:visible h2')).toContainText(
    'sender'
  );
});

test('a link gives the files that its maker has ticked', async ({
  page,
  terrarium
}) => {
  await terrarium.create(small('lent'));
  await terrarium.says('lent', 'lent, version 1, ready');
  const { namespace } = await (await page.request.get(`${API}/status`)).json();
  const dialog = page.getByRole('dialog');
  const making = page.waitForResponse(answer =>
    /\/lent\/shares$/.test(answer.url())
  );
  await page.evaluate(
    args => {
      void window.jupyterapp.commands.execute('terrarium:share', args);
    },
    { namespace, name: 'lent' }
  );
  await dialog.getByText('Files that may be taken along').focus();
  await page.keyboard.press('Enter');
  await dialog.getByLabel('Offline bundle').focus();
  await page.keyboard.press('Space');
  await dialog.getByRole('button', { name: 'Make Link' }).click();
  const { token } = await (await making).json();
  await dialog.getByRole('button', { name: 'Done' }).click();

  await page.evaluate(
    args => {
      void window.jupyterapp.commands.execute(
        'terrarium:show-shared-link',
        args
      );
    },
    { token }
  );
  const card = page.locator('.jp-Terrarium-card:visible');
  const button = card.getByRole('button', { name: /^Download Offline bundle/ });
  await expect(button).toBeEnabled();
  const saving = page.waitForEvent('download');
  await button.focus();
  await page.keyboard.press('Enter');
  expect((await saving).suggestedFilename()).toMatch(/^lent-1-.*\.tar$/);
});
