import { BUILD_TIMEOUT, expect as atOnce, kernel, test } from '../helpers';
import { Sharing } from '../helpers/sharing';

/** A kernel's start takes its time on busy cores. */
const expect = atOnce.configure({ timeout: BUILD_TIMEOUT });

/** A figure of one red point. */
const FIGURE = `import base64
from IPython.display import Image, display
display(Image(base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGP4z8DwHwAFAAH/iZk9HQAAAABJRU5ErkJggg==")))
print(6 * 7)`;

test('a notebook is shared as it is now, read on the card, and copied', async ({
  page,
  terrarium
}) => {
  test.slow();
  page.setDefaultTimeout(60_000);
  const kernelName = page.locator(
    '.jp-NotebookPanel:visible .jp-Toolbar-kernelName'
  );
  const dialog = page.getByRole('dialog');
  const sharing = new Sharing(page);
  const preview = sharing.card.getByRole('region', { name: /^Notebook / });
  let link = '';

  await test.step('a notebook that runs in an environment', async () => {
    await terrarium.create(kernel('report'));
    await terrarium.says('report', 'report, version 1, ready');
    await terrarium.row('report').dblclick();
    await expect(kernelName).toContainText('report (Terrarium)');
    await page.notebook.setCell(0, 'code', FIGURE);
    await page.notebook.runCell(0, true);
    await page.notebook.addCell('markdown', '# What we *found*');
    await page.notebook.save();
  });

  await test.step('Share Notebook… from the menu, by keyboard', async () => {
    await page.menu.clickMenuItem('File>Share Notebook…');
    await expect(dialog).toContainText('in report, version 1');
    const outputs = dialog.getByRole('checkbox', { name: /Outputs/ });
    await expect(outputs).toBeFocused();
    await expect(outputs).not.toBeChecked();
    await page.keyboard.press('Space');
    await expect(outputs).toBeChecked();
    await page.keyboard.press('Enter');
    const shown = dialog.getByRole('textbox', { name: 'The link' });
    // Enter copies what is shown only once; it closes nothing.
    await expect(
      dialog.getByRole('button', { name: 'Copy Link' })
    ).toBeFocused();
    await page.keyboard.press('Enter');
    await expect(dialog).toContainText('Copied.');
    link = await shown.inputValue();
    await page.keyboard.press('Escape');
    await expect(dialog).toHaveCount(0);
  });

  await test.step('the card shows it to be read', async () => {
    await page.notebook.setCell(0, 'code', 'changed = "afterwards"');
    await page.evaluate(pasted => {
      void window.jupyterapp.commands.execute('terrarium:open-shared-link', {
        link: pasted
      });
    }, link);
    await expect(preview).toContainText('print(6 * 7)');
    await expect(preview).not.toContainText('afterwards');
    await expect(
      preview.getByRole('heading', { name: 'What we found' })
    ).toBeVisible();
    await expect(preview.getByRole('img')).toBeVisible();
    await expect(preview).toContainText('42');
  });

  await test.step('Open a Copy, by keyboard', async () => {
    const open = sharing.card.getByRole('button', { name: 'Open a Copy' });
    await open.focus();
    await page.keyboard.press('Enter');
    await expect(kernelName).toContainText('report@1');
    await expect(page.locator('.jp-NotebookPanel:visible')).toContainText(
      'print(6 * 7)'
    );
    await expect(dialog).toHaveCount(0);
  });
});
