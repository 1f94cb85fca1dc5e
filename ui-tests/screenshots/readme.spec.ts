import * as path from 'path';
import { BUILD_TIMEOUT, expect, test } from '../helpers';

const IMAGES = path.resolve(__dirname, '../../docs/images');

const ANALYSIS = `# What the quarterly report needs
name: analysis
dependencies:
  - python
  - ipykernel
  - numpy
  - pandas
  - matplotlib
`;

const LARGE = `name: climate
dependencies:
  - python
  - ipykernel
  - pandas
  - terrarium-big
`;

test.setTimeout(300_000);

test('pictures of panel, editor and log', async ({ page, terrarium }) => {
  const shot = (name: string): Promise<Buffer> =>
    page.screenshot({ path: path.join(IMAGES, `${name}.png`) });

  await terrarium.create(ANALYSIS);
  await terrarium.says('analysis', /ready/);
  await terrarium.create(
    'name: old-report\ndependencies:\n  - terrarium-conflict-a\n  - terrarium-conflict-b\n'
  );
  await terrarium.says('old-report', /failed/);

  await page.evaluate(
    text =>
      window.jupyterapp.commands.execute('terrarium:new', {
        text: text.replace('analysis', 'report')
      }),
    ANALYSIS
  );
  const plan = page.getByRole('region', { name: 'Plan' });
  await expect(plan).toContainText('pandas', { timeout: BUILD_TIMEOUT });
  await expect(plan).toHaveAttribute('aria-busy', 'false');
  await page.waitForTimeout(500);
  await shot('editor');
  await page.getByRole('button', { name: 'Cancel', exact: true }).click();
  await page.getByRole('button', { name: 'Discard' }).click();

  await terrarium.create(LARGE);
  await terrarium.says('climate', /(fetching|linking|finishing)/);
  await page.evaluate(async () => {
    const { commands, serviceManager } = window.jupyterapp;
    const base = serviceManager.serverSettings.baseUrl;
    const status = await fetch(`${base}terrarium/api/v1/status`);
    const { namespace } = await status.json();
    await commands.execute('terrarium:show-log', {
      namespace,
      name: 'climate'
    });
  });
  await expect(terrarium.details).toBeVisible();
  await page.waitForTimeout(700);
  await shot('log');

  await terrarium.says('climate', /ready/);
  await terrarium.row('analysis').click();
  await page.waitForTimeout(500);
  await shot('panel');
  await page.theme.setDarkTheme();
  await page.waitForTimeout(700);
  await shot('panel-dark');
});
