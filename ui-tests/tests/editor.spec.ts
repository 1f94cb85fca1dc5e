import { expect, test } from '@jupyterlab/galata';

import { describe, Editor, freshName } from '../helpers/editor';

const SURVEY = `# Analysis of the spring survey
name: spring  # ask Ada before renaming
dependencies:
  - python  # any will do
  # tables
  - pandas >=1
  - ipykernel
runs-on:
  cuda: "12.4"  # the A100 nodes
`;

test.describe('The editor', () => {
  test('makes an environment through the form alone, and a notebook runs in it', async ({
    page
  }) => {
    test.setTimeout(240_000);
    const editor = new Editor(page);
    const name = freshName('form');
    await editor.open();
    await page.evaluate(() => {
      document.body.dataset.loadedOnce = 'yes';
    });
    await expect(editor.name).toBeFocused();
    await page.keyboard.type(name);
    await editor.add('python');
    await editor.version('python').click();
    const { offers } = editor;
    await expect(offers.first()).toContainText('any version');
    const series = (await offers.nth(1).textContent()) ?? '';
    await offers.nth(1).click();
    await expect(editor.version('python')).toHaveValue(/^\d+\.\d+$/);
    expect(series).toContain(await editor.version('python').inputValue());

    await expect(editor.plan).toContainText('No kernel in it');
    await editor.plan.getByRole('button', { name: 'Add ipykernel' }).click();
    await editor.planned();
    await expect(editor.plan).not.toContainText('No kernel in it');
    await expect(editor.plan).toContainText(/\d+ new/);
    await expect(
      editor.plan
        .getByRole('listitem')
        .filter({ hasText: /^.*python\b/ })
        .first()
    ).toBeVisible();

    await editor.build(name);
    await expect
      .poll(async () => (await describe(page, name)).state, {
        timeout: 180_000
      })
      .toBe('ready');
    const { kernels, latest_version: version } = await describe(page, name);
    expect(version.specification_text).toContain('ipykernel');

    // The kernel is in the session that is open: nothing was loaded again.
    await expect
      .poll(() =>
        page.evaluate(
          id =>
            Object.keys(
              window.jupyterapp.serviceManager.kernelspecs.specs?.kernelspecs ??
                {}
            ).includes(id),
          kernels[0].name
        )
      )
      .toBe(true);
    await page.evaluate(async kernelName => {
      const { commands } = window.jupyterapp;
      await commands.execute('notebook:create-new', { kernelName });
    }, kernels[0].name);
    await page.locator('.jp-Notebook:visible .jp-Cell').first().waitFor();
    await page.notebook.setCell(0, 'code', 'import sys; print(sys.prefix)');
    await page.notebook.runCell(0);
    await expect(
      page.locator('.jp-Notebook:visible .jp-OutputArea-output').first()
    ).toHaveText(version.prefix ?? 'a prefix', { timeout: 60_000 });
    expect(await page.evaluate(() => document.body.dataset.loadedOnce)).toBe(
      'yes'
    );
  });

  test('keeps form and YAML in step, and the comments', async ({ page }) => {
    const editor = new Editor(page);
    await editor.open({ text: SURVEY });
    await expect(editor.root).toContainText('any will do');
    await editor.version('pandas').fill('>=2');
    await editor.version('pandas').press('Enter');
    await editor.add('numpy');
    await editor.root
      .getByRole('textbox', { name: 'Runs on: CUDA' })
      .fill('12.6');
    await editor.root
      .getByRole('textbox', { name: 'Runs on: CUDA' })
      .press('Enter');
    await editor.root.getByRole('button', { name: 'Remove ipykernel' }).click();
    expect(await editor.text()).toBe(
      SURVEY.replace('pandas >=1', 'pandas >=2')
        .replace('- ipykernel', '- numpy')
        .replace('"12.4"', '"12.6"')
    );

    await editor.write(
      SURVEY.replace('name: spring', 'name: autumn').replace('>=1', '>=1.5')
    );
    await editor.show('Form');
    await expect(editor.name).toHaveValue('autumn');
    await expect(editor.version('pandas')).toHaveValue('>=1.5');
    await expect(editor.version('numpy')).toHaveCount(0);
  });

  test('shows an error at its line, in the text and in the form', async ({
    page
  }) => {
    const editor = new Editor(page);
    await editor.open({ text: SURVEY });
    await editor.write(SURVEY.replace('  # tables', '\t# tables'));
    await editor.write('name: x\ndependencies:\n  - python\n  numpy: 1\n');
    const marked = editor.yaml.locator(
      '.jp-TerrariumEditor-marked.jp-mod-error'
    );
    await expect(marked).toHaveCount(1);
    const shown = editor.root.getByRole('button', { name: /^line \d/ }).first();
    await expect(shown).toBeVisible();
    await editor.show('Form');
    await expect(editor.root.getByRole('alert')).toContainText(
      /The YAML has an error at line [34]/
    );
    await expect(editor.search).toBeDisabled();
    await editor.root.getByRole('button', { name: 'Show the line' }).click();
    await expect(editor.yaml).toBeFocused();

    await editor.write('name: x\ndependencies:\n  - python\n  - -e .\n');
    await editor.planned();
    await expect(marked).toHaveText('  - -e .');
    await editor.show('Form');
    await expect(editor.root.getByRole('alert')).toHaveCount(0);
    await expect(editor.search).toBeEnabled();
    await expect(editor.version('-e')).toHaveAttribute('aria-invalid', 'true');
  });

  test('says a conflict in words, at the package at fault', async ({
    page
  }) => {
    const editor = new Editor(page);
    await editor.open({ text: SURVEY });
    await editor.planned();
    await editor.version('pandas').fill('>=99');
    await editor.version('pandas').press('Enter');
    await editor.planned();
    await expect(editor.plan).toContainText('pandas >=99');
    await expect(editor.plan).toContainText('line 6');
    await expect(editor.version('pandas')).toHaveAttribute(
      'aria-invalid',
      'true'
    );
    await editor.plan.getByText('Show the tool’s own words').click();
    await expect(editor.plan.locator('pre')).toContainText('pandas');

    await editor.buildButton.click();
    await expect(editor.root.getByText(/^Not yet/)).toBeVisible();
    await editor.version('pandas').fill('');
    await editor.version('pandas').press('Enter');
    await editor.planned();
    await expect(editor.plan).toContainText(/\d+ new/);
    await expect(editor.root.getByText(/^Not yet/)).toHaveCount(0);
  });

  test('can be used with the keyboard alone', async ({ page }) => {
    test.setTimeout(240_000);
    const editor = new Editor(page);
    const name = freshName('keys');
    await editor.open();
    await expect(editor.name).toBeFocused();
    const { keyboard } = page;
    await keyboard.type(name);
    for (let i = 0; i < 10; i++) {
      await keyboard.press('Tab');
      if (
        await editor.search.evaluate(node => node === document.activeElement)
      ) {
        break;
      }
    }
    await expect(editor.search).toBeFocused();
    await keyboard.type('ipykerne');
    await expect(editor.offers).toHaveText([/^ipykernel/]);
    await keyboard.press('ArrowDown');
    await keyboard.press('Enter');
    await expect(editor.version('ipykernel')).toBeVisible();
    await keyboard.type('python=3');
    await keyboard.press('Enter');
    await expect(editor.version('python')).toHaveValue('3');
    await keyboard.press('Tab');
    await expect(editor.version('ipykernel')).toBeFocused();
    await keyboard.press('ArrowDown');
    await expect(editor.offers.first()).toContainText('any');
    await keyboard.press('Escape');
    await editor.planned();
    await keyboard.press('ControlOrMeta+Enter');
    await editor.gone(name);
    await expect
      .poll(async () => (await describe(page, name)).state, {
        timeout: 180_000
      })
      .toBe('ready');
  });

  test('makes the next version of an environment, and asks before losing work', async ({
    page
  }) => {
    test.setTimeout(240_000);
    const editor = new Editor(page);
    const name = freshName('next');
    await editor.open({
      text: `name: ${name}  # ours\ndependencies: [python]\n`
    });
    await editor.planned();
    await editor.build(name);
    await expect
      .poll(async () => (await describe(page, name)).state, {
        timeout: 180_000
      })
      .toBe('ready');

    await editor.open({ name });
    await expect(editor.name).not.toBeEditable();
    await editor.add('numpy');
    await editor.planned();
    await expect(editor.plan).toContainText('compared with version 1');
    await expect(editor.plan).toContainText(/\d+ new · \d+ unchanged/);

    await editor.root.getByRole('button', { name: 'Cancel' }).click();
    const dialog = page.getByRole('dialog');
    await expect(dialog).toContainText('will be lost');
    await dialog.getByRole('button', { name: 'Keep editing' }).click();
    await expect(editor.version('numpy')).toBeVisible();

    await editor.build(name);
    await expect
      .poll(
        async () =>
          (await describe(page, name)).latest_version.specification_text
      )
      .toContain('numpy');
    const text = (await describe(page, name)).latest_version.specification_text;
    expect(text).toContain('# ours');
  });

  test('moves only the package that was changed, until it is told to refresh', async ({
    page
  }) => {
    test.setTimeout(240_000);
    const editor = new Editor(page);
    const name = freshName('keep');
    await editor.open({
      text: `name: ${name}\nas-of: 2024-06-01\ndependencies: [terrarium-conflict-a]\n`
    });
    // A new environment has nothing to keep.
    await expect(editor.mode('keep what works')).toHaveCount(0);
    await editor.build(name);
    await expect
      .poll(async () => (await describe(page, name)).state, {
        timeout: 180_000
      })
      .toBe('ready');

    // terrarium-data 1.0 came along with what is gone now; there is a 2.0 today.
    await editor.open({ name });
    await editor.write(`name: ${name}\ndependencies: [terrarium-data]\n`);
    await editor.planned();
    await expect(editor.mode('keep what works')).toBeChecked();
    await expect(editor.moving).toHaveText([/removed.*terrarium-conflict-a/]);
    await expect(editor.plan).toContainText('1 removed · 1 unchanged');

    await editor.mode('keep what works').focus();
    await page.keyboard.press('ArrowRight');
    await expect(editor.mode('refresh everything')).toBeChecked();
    await editor.planned();
    await expect(editor.moving).toHaveText([
      /removed.*terrarium-conflict-a/,
      /newer.*terrarium-data.*1\.0 → 2\.0/
    ]);
    await expect(editor.plan).toContainText('1 changed · 1 removed');

    await page.keyboard.press('ArrowLeft');
    await editor.planned();
    await editor.build(name);
    await expect
      .poll(async () => (await describe(page, name)).latest_version)
      .toMatchObject({ mode: 'keep', base_version: 1, number: 2 });
  });

  test('says that a name is taken', async ({ page }) => {
    test.setTimeout(240_000);
    const editor = new Editor(page);
    const name = freshName('taken');
    const text = `name: ${name}\ndependencies: [python]\n`;
    await editor.open({ text });
    await editor.build(name);
    await editor.open({ text });
    await editor.buildButton.click();
    await expect(editor.root.getByRole('alert')).toContainText(name);
    await editor.name.fill('Not A Name');
    await expect(editor.root.getByRole('alert')).toHaveCount(0);
    await editor.root.getByRole('button', { name: 'Use "not-a-name"' }).click();
    await expect(editor.name).toHaveValue('not-a-name');
  });
});
