import * as path from 'path';
import { BUILD_TIMEOUT, expect, test } from '../helpers';

const SPECIFICATION = `name: main-job
dependencies:
  - python
  - ipykernel
  - numpy
`;

test('from pasted YAML to a notebook, without a reload', async ({
  page,
  terrarium
}) => {
  await terrarium.mark();

  await test.step('paste the YAML and build', async () => {
    await terrarium.panel
      .getByRole('button', { name: 'Paste an environment.yml' })
      .click();
    const editor = page.getByRole('textbox', { name: 'Specification as YAML' });
    await editor.click();
    await page.keyboard.press('Control+a');
    await page.evaluate(
      text => navigator.clipboard.writeText(text),
      SPECIFICATION
    );
    await page.keyboard.press('Control+v');
    await expect(editor).toContainText('main-job');
    await page.getByRole('button', { name: 'Build', exact: true }).click();
  });

  await test.step('watch it in the panel and in its tab', async () => {
    await terrarium.says(
      'main-job',
      /^main-job, (solving|fetching|linking|finishing)/
    );
    await expect(
      terrarium.row('main-job').getByRole('progressbar')
    ).toBeVisible();
    await terrarium.says('main-job', 'main-job, version 1, ready');
  });

  await test.step('the kernel is there within a second', async () => {
    await expect
      .poll(() => terrarium.hasKernel('main-job'), {
        timeout: 1000,
        intervals: [50]
      })
      .toBe(true);
  });

  await test.step('the notification opens a notebook in it', async () => {
    await page
      .getByRole('button', { name: 'Open notebook' })
      .click({ timeout: BUILD_TIMEOUT });
    const notebook = page.locator('.jp-NotebookPanel:visible');
    await expect(notebook.locator('.jp-Toolbar-kernelName')).toContainText(
      'main-job'
    );
    await page.notebook.setCell(
      0,
      'code',
      'import sys, numpy\nprint(sys.prefix)'
    );
    await page.notebook.runCell(0, true);
    const output = notebook.locator('.jp-OutputArea-output').first();
    const prefixes = path.join(
      process.env.TERRARIUM_UI_DIR ?? '',
      'store',
      'prefixes'
    );
    await expect(output).toContainText(prefixes, { timeout: 30_000 });
  });

  await test.step('the kernel picker names it', async () => {
    const notebook = page.locator('.jp-NotebookPanel:visible');
    await notebook.locator('.jp-Toolbar-kernelName').click();
    const picker = page.getByRole('dialog').getByRole('combobox');
    await expect(
      picker.locator('option', { hasText: 'main-job' })
    ).not.toHaveCount(0);
    await page.keyboard.press('Escape');
  });

  expect(await terrarium.isMarked()).toBe(true);
});

test('the kernel reaches a notebook that is open', async ({
  page,
  terrarium
}) => {
  await page.notebook.createNew();
  await terrarium.create(
    'name: open-book\ndependencies:\n  - python\n  - ipykernel\n'
  );
  await terrarium.says('open-book', 'open-book, version 1, ready');
  await terrarium.row('open-book').hover();
  await terrarium
    .row('open-book')
    .getByRole('button', { name: 'Use in Current Notebook' })
    .click();
  await expect(
    page.locator('.jp-NotebookPanel:visible .jp-Toolbar-kernelName')
  ).toContainText('open-book');
});
