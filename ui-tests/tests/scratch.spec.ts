import { BUILD_TIMEOUT, expect as atOnce, kernel, test } from '../helpers';
import { Editor } from '../helpers/editor';

/** A kernel's start takes its time on busy cores. */
const expect = atOnce.configure({ timeout: BUILD_TIMEOUT });

/** Makes a wheel without any tool, and installs it as a person would. */
const MAKE_WHEEL = `import os, zipfile
name, info = 'tried-1.0-py3-none-any.whl', 'tried-1.0.dist-info/'
wheel = zipfile.ZipFile(name, 'w')
wheel.writestr('tried.py', 'ANSWER = 42')
wheel.writestr(info + 'METADATA', 'Metadata-Version: 2.1\\nName: tried\\nVersion: 1.0\\n')
wheel.writestr(info + 'WHEEL', 'Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n')
wheel.writestr(info + 'RECORD', '')
wheel.close()`;
const INSTALL = '%pip install --no-index ./tried-1.0-py3-none-any.whl';
const USE = 'import tried; print(tried.ANSWER)';

test('a package is tried out at once, kept, and thrown away', async ({
  page,
  terrarium
}) => {
  test.slow();
  page.setDefaultTimeout(60_000);
  await terrarium.create(kernel('trial'));
  await terrarium.says('trial', 'trial, version 1, ready');

  await test.step('install by hand in a notebook of its own', async () => {
    await terrarium.row('trial').click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'Try It Out' }).click();
    await expect(
      page.locator('.jp-NotebookPanel .jp-Toolbar-kernelName')
    ).toContainText('trying out');
    const cells = [MAKE_WHEEL, INSTALL, USE];
    for (const [index, code] of cells.entries()) {
      if (index > 0) {
        await page.notebook.addCell('code', code);
      } else {
        await page.notebook.setCell(0, 'code', code);
      }
      await page.notebook.runCell(index, true);
    }
    await expect(
      page.locator('.jp-NotebookPanel .jp-OutputArea-output').last()
    ).toContainText('42');
  });

  const trying = terrarium.details.getByRole('region', { name: 'Trying out' });

  await test.step('the details count it', async () => {
    await terrarium.row('trial').click();
    await page.keyboard.press('Enter');
    await expect(trying).toContainText('1 package added by hand');
    await expect(trying).toContainText('tried 1.0');
  });

  await test.step('keeping it shows what a new version would be', async () => {
    await trying.getByRole('button', { name: 'Keep…' }).click();
    const editor = new Editor(page);
    await expect(editor.root).toBeVisible();
    expect(await editor.text()).toContain('tried @ file:');
  });

  await test.step('throwing it away asks, and leaves the version as it is', async () => {
    await page.getByRole('tab', { name: 'trial', exact: true }).last().click();
    await trying.getByRole('button', { name: 'Throw Away…' }).click();
    await page
      .getByRole('dialog')
      .getByRole('button', { name: 'Throw Away' })
      .click();
    await expect(trying).toHaveCount(0);
    await terrarium.says('trial', 'trial, version 1, ready');
  });
});
