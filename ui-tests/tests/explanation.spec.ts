import { expect, test } from '../helpers';
import { Editor } from '../helpers/editor';

test('read a conflict, click a relaxation, get a kernel', async ({
  page,
  terrarium
}) => {
  const editor = new Editor(page);
  await editor.open({
    text: `name: mended
dependencies:
  - python
  - ipykernel  # for notebooks
  - terrarium-data=1
  - terrarium-conflict-b
`
  });
  await editor.planned();
  await expect(editor.plan).toContainText(
    'terrarium-data=1 and terrarium-conflict-b cannot be installed together'
  );
  await expect(editor.plan).toContainText('line 5');
  await expect(editor.plan).toContainText('line 6');
  await expect(editor.version('terrarium-data')).toHaveAttribute(
    'aria-invalid',
    'true'
  );
  await expect(editor.version('ipykernel')).not.toHaveAttribute(
    'aria-invalid',
    'true'
  );

  const ways = editor.plan.getByRole('group', { name: 'Changes that work' });
  await ways.getByRole('button').first().focus();
  await page.keyboard.press('Enter');
  await editor.planned();
  await expect(editor.plan).toContainText(/\d+ new/);
  expect(await editor.text()).toContain('# for notebooks');
  await editor.build('mended');
  await terrarium.says('mended', 'mended, version 1, ready');
  await expect.poll(() => terrarium.hasKernel('mended')).toBe(true);
});

test('a failed build opens the editor with what works', async ({
  page,
  terrarium
}) => {
  await terrarium.create(`name: stuck
dependencies:
  - terrarium-data=1
  - terrarium-conflict-b
`);
  await terrarium.says('stuck', 'stuck, failed');
  await page.getByRole('button', { name: 'Show log' }).click();
  const problem = terrarium.details.getByRole('alert');
  await problem
    .getByRole('group', { name: 'Changes that work' })
    .getByRole('button')
    .first()
    .click();
  const editor = new Editor(page);
  await editor.planned();
  await expect(editor.plan).toContainText(/\d+ new/);
  await editor.build('stuck');
  await terrarium.says('stuck', 'stuck, version 2, ready');
});
