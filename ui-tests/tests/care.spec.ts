import * as fs from 'fs';
import * as path from 'path';
import {
  BUILD_TIMEOUT,
  expect,
  kernel,
  patient,
  small,
  test
} from '../helpers';
import { describe } from '../helpers/editor';

const API = '/terrarium/api/v1';

test('clean-up says first what would go, and the safe answer is the default', async ({
  page,
  terrarium
}) => {
  const { namespace } = await (await page.request.get(`${API}/status`)).json();
  const versions = `${API}/environments/${namespace}/tidy/versions`;
  await terrarium.create(small('tidy'));
  await terrarium.says('tidy', 'tidy, version 1, ready');
  await page.request.post(versions, {
    data: { specification: small('tidy'), base_version: 1 }
  });
  await terrarium.says('tidy', 'tidy, version 2, ready');
  const files = async (): Promise<string | null> =>
    (await (await page.request.get(`${versions}/1`)).json()).prefix;
  const dialog = page.getByRole('dialog');
  const cleanUp = async () => {
    await terrarium.row('tidy').click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'Clean Up…' }).click();
    await expect(dialog).toContainText(`${namespace}/tidy@1`);
    await expect(dialog).not.toContainText(`${namespace}/tidy@2`);
  };

  await cleanUp();
  await expect(
    dialog.getByRole('button', { name: 'Keep Everything' })
  ).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(dialog).toHaveCount(0);
  await expect(terrarium.row('tidy')).toBeFocused();
  expect(await files()).not.toBeNull();

  await cleanUp();
  await dialog.getByRole('button', { name: /^Free \d/ }).click();
  await expect(
    page.getByRole('alert').filter({ hasText: /\d+ things? removed/ })
  ).toBeVisible();
  expect(await files()).toBeNull();
  await terrarium.says('tidy', 'tidy, version 2, ready');
});

test('changed files are noticed, and put right under a kernel that runs', async ({
  page,
  terrarium
}) => {
  test.slow();
  await terrarium.create(kernel('damaged'));
  await terrarium.says('damaged', 'damaged, version 1, ready');
  await terrarium.row('damaged').dblclick();
  await expect(
    page.locator('.jp-NotebookPanel .jp-Toolbar-kernelName')
  ).toContainText('damaged', { timeout: BUILD_TIMEOUT });
  const output = page.locator('.jp-NotebookPanel .jp-OutputArea-output').last();
  await page.notebook.setCell(0, 'code', 'kept = 40; print(kept)');
  await page.notebook.runCell(0, true);
  await expect(output).toContainText('40', { timeout: BUILD_TIMEOUT });

  const { latest_version } = await describe(page, 'damaged');
  const file = path.join(
    String(latest_version.prefix),
    'lib/python3.11/this.py'
  );
  const before = fs.readFileSync(file, 'utf8');
  // A file of its own: the installed one may be shared with other environments.
  fs.rmSync(file);
  fs.writeFileSync(file, 'changed by hand');

  const said = page.getByRole('alert').filter({ hasText: /files of damaged/i });
  await terrarium.row('damaged').click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'Verify Files' }).click();
  await expect(said).toContainText('this.py', { timeout: BUILD_TIMEOUT });
  await terrarium.says('damaged', /with a warning/);

  await page.getByRole('button', { name: 'Repair' }).click();
  await expect(said).toContainText('are as installed', {
    timeout: BUILD_TIMEOUT
  });
  await terrarium.says('damaged', 'damaged, version 1, ready');
  expect(fs.readFileSync(file, 'utf8')).toBe(before);

  await page.getByRole('tab', { name: /\.ipynb/ }).click();
  await page.notebook.addCell('code', 'import this; print(kept + 2)');
  await page.notebook.runCell(1, true);
  await expect(output).toContainText('42', { timeout: BUILD_TIMEOUT });
});

test('a build goes on while the tab is closed, and is there when one comes back', async ({
  page,
  terrarium
}) => {
  await terrarium.create(patient('patient'));
  await terrarium.says('patient', /^patient, finishing/);
  const begun = await terrarium.lastBuild('patient');
  // Leaves the page as closing its tab does; Galata's `goto` knows addresses of Lab only.
  await page.evaluate(() => {
    window.setTimeout(() => window.location.assign('about:blank'));
  });
  await page.waitForURL('about:blank');
  await page.goto();
  await terrarium.open();
  await expect(terrarium.activity('patient').first()).toBeVisible();
  await terrarium.says('patient', 'patient, version 1, ready');
  expect((await terrarium.lastBuild('patient')).id).toBe(begun.id);
  await expect.poll(() => terrarium.hasKernel('patient')).toBe(true);
});
