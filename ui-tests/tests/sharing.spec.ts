import {
  BUILD_TIMEOUT,
  expect as atOnce,
  kernel,
  small,
  test
} from '../helpers';
import { Sharing } from '../helpers/sharing';

/** A page that loads, and a kernel that starts, take their time on busy cores. */
const expect = atOnce.configure({ timeout: BUILD_TIMEOUT });

test('a link is made, opened, used and copied, and is dead once revoked', async ({
  page,
  terrarium
}) => {
  test.slow();
  page.setDefaultTimeout(60_000);
  await terrarium.create(kernel('lent'));
  await terrarium.says('lent', 'lent, version 1, ready');
  let link = '';

  await test.step('make a link from the row’s menu', async () => {
    await terrarium.row('lent').click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'Share…' }).click();
    link = await new Sharing(page).link(async dialog => {
      await expect(dialog).toContainText('from this machine only');
      await expect(
        dialog.getByRole('button', { name: 'Copy Recipe' })
      ).toBeVisible();
      await dialog.getByRole('radio', { name: 'use and copy it' }).check();
      await dialog.getByLabel('Note').fill('For the course');
    });
    expect(link).toContain('/lab?terrarium-share-token=');
  });

  const other = await page.context().newPage();
  const guest = new Sharing(other);
  const token = new URL(link).searchParams.get('terrarium-share-token') ?? '';

  await test.step('another browser tab shows the card and nothing runs', async () => {
    const addresses: string[] = [];
    other.on('request', request => {
      // Pages apart: the hub, the login and the workspace lead from one to the next.
      if (request.resourceType() !== 'document') {
        addresses.push(request.url());
      }
    });
    await guest.follow(link);
    await expect(guest.card).toContainText('For the course');
    await expect(guest.card).toContainText('Ready here now');
    await expect(guest.card).toContainText('ipykernel');
    await expect(guest.card).toHaveCount(1);
    // It has left the address bar, and stands in the address of no request for data.
    await expect
      .poll(() => other.evaluate(() => window.location.href))
      .not.toContain(token);
    expect(addresses.filter(address => address.includes(token))).toEqual([]);
    const sessions = await other.request.get('/api/sessions');
    expect(await sessions.json()).toEqual([]);
  });

  await test.step('New Notebook runs in it', async () => {
    await guest.card.getByRole('button', { name: 'New Notebook' }).click();
    await expect(
      other.locator('.jp-NotebookPanel .jp-Toolbar-kernelName').first()
    ).toContainText('lent (Terrarium)');
    await other.locator('.lm-TabBar-tab', { hasText: 'lent' }).first().click();
  });

  await test.step('Copy puts it among one’s own', async () => {
    await guest.card.getByRole('button', { name: /Copy to My/ }).click();
    const dialog = other.getByRole('dialog');
    await dialog.getByRole('textbox').fill('mine');
    await dialog.getByRole('button', { name: 'Copy' }).click();
    await terrarium.says('mine', 'mine, version 1, ready');
  });

  await test.step('the list says that it was used, and revokes it', async () => {
    await page.bringToFront();
    await terrarium.row('lent').click();
    await page.keyboard.press('Enter');
    await terrarium.details.getByRole('tab', { name: 'Sharing' }).click();
    const row = terrarium.details.getByRole('row', { name: /For the course/ });
    await expect(row).toContainText('works until');
    await expect(row).toContainText('just now');
    await row.getByRole('button', { name: 'Revoke' }).click();
    await page
      .getByRole('dialog')
      .getByRole('button', { name: 'Revoke' })
      .click();
    await expect(row).toContainText('revoked');
  });

  await test.step('then the link is dead', async () => {
    await other.bringToFront();
    await guest.follow(link);
    await expect(guest.card).toContainText('does not work');
    await expect(
      guest.card.getByRole('button', { name: 'New Notebook' })
    ).toHaveCount(0);
  });
});

test('a recipe is shown as a card, and built only when somebody says so', async ({
  page,
  terrarium
}) => {
  page.setDefaultTimeout(60_000);
  await terrarium.create(small('cookbook'));
  await terrarium.says('cookbook', 'cookbook, version 1, ready');
  const { namespace } = await (
    await page.request.get('/terrarium/api/v1/status')
  ).json();
  const answer = await page.request.get(
    `/terrarium/api/v1/environments/${namespace}/cookbook/versions/1/recipe`
  );
  const { payload } = await answer.json();
  await terrarium.clear();
  await expect(terrarium.row('cookbook')).toHaveCount(0);

  await page.evaluate(() => {
    void window.jupyterapp.commands.execute('terrarium:open-shared-link');
  });
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox').fill(payload);
  await dialog.getByRole('button', { name: 'Look' }).click();
  const { card } = new Sharing(page);
  await expect(card).toContainText('cookbook');
  await expect(card).toContainText('terrarium-data');
  await expect(terrarium.row('cookbook')).toHaveCount(0);

  await card.getByRole('button', { name: /Copy to My/ }).click();
  await dialog.getByRole('textbox').fill('again');
  await dialog.getByRole('button', { name: 'Copy' }).click();
  await terrarium.says('again', 'again, version 1, ready');
});

test('a link that is not from here is fetched only after a question', async ({
  page
}) => {
  const link = `https://store.invalid/s/${'x'.repeat(32)}`;
  const open = (): Promise<void> =>
    page.evaluate(pasted => {
      void window.jupyterapp.commands.execute('terrarium:open-shared-link', {
        link: pasted
      });
    }, link);
  const asked: string[] = [];
  page.on('request', request => {
    if (request.url().includes('foreign-links')) {
      asked.push(request.method());
    }
  });
  const dialog = page.getByRole('dialog');
  await open();
  await expect(dialog).toContainText('Fetch from store.invalid?');
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await expect(dialog).toHaveCount(0);
  expect(asked).toEqual([]);

  await open();
  await dialog.getByRole('button', { name: 'Fetch' }).click();
  await expect(new Sharing(page).card).toContainText('could not be fetched');
  expect(asked).toEqual(['POST']);
});
