import { Editor, freshName } from '../helpers/editor';
import { expect, small, test } from '../helpers';

const API = '/terrarium/api/v1';

/** Paste as a keyboard does, into what has the focus. */
const paste = (text: string): void => {
  const clipboardData = new DataTransfer();
  clipboardData.setData('text/plain', text);
  const how = { clipboardData, bubbles: true, cancelable: true };
  document.activeElement?.dispatchEvent(new ClipboardEvent('paste', how));
};

test('a lockfile that is pasted is built as it is', async ({
  page,
  terrarium
}) => {
  const editor = new Editor(page);
  await terrarium.create(small('origin'));
  await terrarium.says('origin', 'origin, version 1, ready');
  const { namespace } = await (await page.request.get(`${API}/status`)).json();
  const environments = `${API}/environments/${namespace}`;
  const form = `${environments}/origin/versions/1/artifacts/explicit`;
  const list = await (await page.request.get(form)).text();
  const digestOf = async (name: string): Promise<string | undefined> => {
    const shown = await (
      await page.request.get(`${environments}/${name}`)
    ).json();
    return shown.current_version?.lock_digest;
  };
  const words = editor.plan.getByText(/^This is a lockfile of 1 package for/);

  await test.step('in the panel, by keyboard alone', async () => {
    await terrarium.panel.getByRole('searchbox').focus();
    await page.evaluate(paste, list);
    await expect(words).toContainText('built as it is, nothing is solved');
    // Named after what it was made of: one key builds it.
    await expect(editor.buildButton).toBeFocused();
    await editor.name.fill('pasted');
    await page.keyboard.press('Enter');
    await editor.gone('pasted');
    await terrarium.says('pasted', 'pasted, version 1, ready');
    expect(await digestOf('pasted')).toBe(await digestOf('origin'));
  });

  await test.step('in a new environment, and taken back', async () => {
    const name = freshName('by-form');
    await editor.open();
    await editor.name.fill(name);
    await editor.search.focus();
    await page.evaluate(paste, list);
    await expect(words).toBeVisible();
    await expect(editor.name).toHaveValue(name);
    await editor.root.getByRole('button', { name: 'Back to the form' }).click();
    await expect(editor.search).toBeVisible();
    await expect(words).toHaveCount(0);
    await editor.show('YAML');
    await editor.yaml.focus();
    await page.evaluate(paste, list);
    await expect(words).toBeVisible();
    await expect(editor.buildButton).toBeFocused();
    await page.keyboard.press('Enter');
    await editor.gone(name);
    await terrarium.says(name, `${name}, version 1, ready`);
    expect(await digestOf(name)).toBe(await digestOf('origin'));
  });
});
