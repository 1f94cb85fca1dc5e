import * as fs from 'fs';
import { BUILD_TIMEOUT, expect as atOnce, small, test } from '../helpers';

/** A page that loads takes its time on busy cores. */
const expect = atOnce.configure({ timeout: BUILD_TIMEOUT });

test('a version is taken along in other forms', async ({ page, terrarium }) => {
  await terrarium.create(small('travels'));
  await terrarium.says('travels', 'travels, version 1, ready');
  const { namespace } = await (
    await page.request.get('/terrarium/api/v1/status')
  ).json();
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
    await explicit.getByRole('link', { name: 'Save Explicit list' }).focus();
    await page.keyboard.press('Enter');
    const saved = await saving;
    expect(saved.suggestedFilename()).toMatch(/^travels-1-.*\.txt$/);
    const text = fs.readFileSync(await saved.path(), 'utf-8');
    expect(text).toContain('@EXPLICIT');
  });

  await page.screenshot({ path: 'test-results/elsewhere.png' });
});
