import { expect, small, test } from '../helpers';
import { Editor } from '../helpers/editor';

const API = '/terrarium/api/v1';

test('of two editors the second sees both texts, also under another name', async ({
  page,
  terrarium
}) => {
  await terrarium.create(small('edited'));
  await terrarium.says('edited', 'edited, version 1, ready');
  const { namespace } = await (await page.request.get(`${API}/status`)).json();
  const editor = new Editor(page);
  await editor.open({ namespace, name: 'edited' });
  await editor.add('terrarium-big');

  await test.step('somebody else is faster', async () => {
    const answer = await page.request.post(
      `${API}/environments/${namespace}/edited/versions`,
      {
        data: {
          specification: `${small('edited')}  THEIRS: "yes"\n`,
          base_version: 1
        }
      }
    );
    expect(answer.status()).toBe(201);
    await editor.buildButton.focus();
    await page.keyboard.press('Enter');
  });

  const conflict = editor.root.getByRole('alert');
  await test.step('both texts are there to be read', async () => {
    await expect(conflict).toContainText('nothing was overwritten');
    await conflict.getByRole('button', { name: 'Look at version 2' }).click();
    await expect(conflict.getByLabel(/^Version 2, by/)).toContainText('THEIRS');
    await expect(conflict.getByLabel('Your text')).toContainText(
      'terrarium-big'
    );
  });

  await test.step('the own text goes on top, and the focus to what is next', async () => {
    await conflict
      .getByRole('button', { name: 'Apply my text on top of it' })
      .focus();
    await page.keyboard.press('Enter');
    await expect(conflict).toHaveCount(0);
    await expect(editor.buildButton).toBeFocused();
    await terrarium.says('edited', 'edited, version 2, ready');
  });

  await test.step('the editor follows its environment to another name', async () => {
    const answer = await page.request.patch(
      `${API}/environments/${namespace}/edited`,
      { data: { name: 'renamed' } }
    );
    expect(answer.ok()).toBe(true);
    await expect(editor.name).toHaveValue('renamed');
    await editor.planned();
    await editor.build('renamed');
    await terrarium.says('renamed', 'renamed, version 3, ready');
  });
});
