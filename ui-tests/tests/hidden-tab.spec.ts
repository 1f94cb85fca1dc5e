import type { Page } from '@playwright/test';
import { BUILD_TIMEOUT, expect, kernel, test } from '../helpers';

test('kernels that came while the tab was hidden are there when it is seen', async ({
  page,
  terrarium
}) => {
  await terrarium.mark();
  await page.notebook.createNew();
  await show(page, 'hidden');

  // In a hidden tab the first refresh is really sent and later ones are not: the second
  // environment is the one that would be missed.
  for (const name of ['unseen-one', 'unseen-two']) {
    await terrarium.create(kernel(name));
    // Announced after its events have been told, so after what they lead to was tried.
    await expect(
      page
        .getByRole('alert')
        .filter({ hasText: `${name}, version 1, is ready` })
    ).toBeVisible({ timeout: BUILD_TIMEOUT });
  }
  expect(await terrarium.hasKernel('unseen-two')).toBe(false);
  await show(page, 'visible');

  for (const name of ['unseen-one', 'unseen-two']) {
    await expect
      .poll(() => terrarium.hasKernel(name), { timeout: 1000, intervals: [50] })
      .toBe(true);
  }
  await page
    .locator('.jp-NotebookPanel:visible .jp-Toolbar-kernelName')
    .click();
  await expect(
    page
      .getByRole('dialog')
      .getByRole('combobox')
      .locator('option', { hasText: 'unseen-two' })
  ).not.toHaveCount(0);
  expect(await terrarium.isMarked()).toBe(true);
});

/** What the browser tells a page whose tab goes to the back, or comes to the front. */
async function show(page: Page, state: 'hidden' | 'visible'): Promise<void> {
  await page.evaluate(value => {
    const define = (name: string, get: () => unknown) =>
      Object.defineProperty(document, name, { configurable: true, get });
    define('visibilityState', () => value);
    define('hidden', () => value === 'hidden');
    document.dispatchEvent(new Event('visibilitychange'));
  }, state);
}
