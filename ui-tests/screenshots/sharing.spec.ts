import * as path from 'path';
import { expect, test } from '../helpers';
import { Sharing } from '../helpers/sharing';

const IMAGES = path.resolve(__dirname, '../../docs/images');

const ANALYSIS = `# What the quarterly report needs
name: analysis
dependencies:
  - python
  - ipykernel
  - numpy
  - pandas
`;

test.setTimeout(300_000);

test('pictures of sharing', async ({ page, terrarium }) => {
  const shot = (name: string): Promise<Buffer> =>
    page.screenshot({ path: path.join(IMAGES, `${name}.png`) });

  await terrarium.create(ANALYSIS);
  await terrarium.says('analysis', /ready/);
  await terrarium.row('analysis').click();
  await page.evaluate(() => {
    void window.jupyterapp.commands.execute('terrarium:share');
  });
  const sharing = new Sharing(page);
  const link = await sharing.link(async dialog => {
    await dialog.getByRole('radio', { name: 'use and copy it' }).check();
    await dialog.getByLabel('Note').fill('For the report of May');
    await shot('share');
  });
  await page.evaluate(pasted => {
    void window.jupyterapp.commands.execute('terrarium:open-shared-link', {
      link: pasted
    });
  }, link);
  await expect(sharing.card).toContainText('Ready here now');
  await page.waitForTimeout(500);
  await shot('card');
  await page.theme.setDarkTheme();
  await page.waitForTimeout(700);
  await shot('card-dark');
  await page.theme.setLightTheme();
  await terrarium.row('analysis').click();
  await page.keyboard.press('Enter');
  await terrarium.details.getByRole('tab', { name: 'Sharing' }).click();
  await expect(terrarium.details.getByRole('row').nth(1)).toBeVisible();
  await page.waitForTimeout(300);
  await shot('sharing');
});
