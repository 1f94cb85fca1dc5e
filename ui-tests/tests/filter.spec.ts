import { expect, small, test } from '../helpers';

test('the filter finds environments by their packages and says why', async ({
  page,
  terrarium
}) => {
  await terrarium.create(small('alpha'));
  await terrarium.create('name: data-less\ndependencies:\n  - python\n');
  await terrarium.says('alpha', 'alpha, version 1, ready');
  await terrarium.says('data-less', 'data-less, version 1, ready');
  const filter = terrarium.panel.getByRole('searchbox', {
    name: 'Filter environments and packages'
  });

  await test.step('by package, with the reason on the row', async () => {
    await filter.fill('terrarium-d');
    await expect(terrarium.row('alpha')).toContainText(/has terrarium-data \d/);
    await terrarium.says(
      'alpha',
      /^alpha, version 1, ready, has terrarium-data \d/
    );
    await expect(terrarium.row('data-less')).toHaveCount(0);
  });

  await test.step('by name first, then by part of a package', async () => {
    await filter.fill('data');
    await expect(terrarium.row('alpha')).toContainText('has terrarium-data');
    await expect(terrarium.row('data-less')).not.toContainText('has ');
    await expect
      .poll(() =>
        terrarium.panel
          .locator('.jp-Terrarium-row-environment')
          .evaluateAll((rows: HTMLElement[]) =>
            rows
              .sort((a, b) => a.offsetTop - b.offsetTop)
              .map(row => row.dataset.name)
          )
      )
      .toEqual(['data-less', 'alpha']);
  });

  await test.step('also what becomes ready while the filter is set', async () => {
    await filter.fill('terrarium-d');
    await terrarium.create(small('gamma'));
    await expect(terrarium.row('gamma')).toContainText('has terrarium-data', {
      timeout: 30_000
    });
    await expect(terrarium.row('alpha')).toBeVisible();
  });

  await test.step('and says when there is none', async () => {
    await filter.fill('no-such-package');
    await expect(terrarium.panel).toContainText(
      'No environment matches “no-such-package”.'
    );
    await page.keyboard.press('Escape');
    await expect(terrarium.row('data-less')).toBeVisible();
    await expect(terrarium.row('alpha')).not.toContainText('has ');
  });
});
