import { BUILD_TIMEOUT, expect as atOnce, test } from '../helpers';

/** A kernel's start and restart take their time on busy cores. */
const expect = atOnce.configure({ timeout: BUILD_TIMEOUT });

const API = '/terrarium/api/v1';
const specification = (version: number) => `name: remembered
dependencies:
  - python
  - ipykernel
  - terrarium-data =${version}
`;

// Galata's stand-in for the kernels API answers a restart with a status that JupyterLab refuses.
test.use({ kernels: null });

test('a notebook remembers what it was made with, and gets it back', async ({
  page,
  terrarium
}) => {
  test.slow();
  page.setDefaultTimeout(60_000);
  const kernelName = page.locator(
    '.jp-NotebookPanel:visible .jp-Toolbar-kernelName'
  );
  const badge = page.locator('.jp-Terrarium-recordBadge:visible button');
  const dialog = page.getByRole('dialog');
  let path = '';
  const saved = async () => {
    const answer = await page.request.get(`/api/contents/${path}?content=1`);
    return (await answer.json()).content;
  };

  await test.step('saving records what runs', async () => {
    await terrarium.create(specification(1));
    await terrarium.says('remembered', 'remembered, version 1, ready');
    await terrarium.row('remembered').dblclick();
    await expect(kernelName).toContainText('remembered (Terrarium)');
    path = await page.evaluate(() => {
      const widget = window.jupyterapp.shell.currentWidget as unknown as {
        context: { path: string };
      };
      return widget.context.path;
    });
    await page.notebook.setCell(0, 'code', 'print(6 * 7)');
    await page.notebook.runCell(0, true);
    await expect(async () => {
      await page.notebook.save();
      expect((await saved()).metadata.terrarium).toMatchObject({ version: 1 });
    }).toPass({ timeout: BUILD_TIMEOUT });
    await expect(
      page.locator('.jp-Terrarium-recordBadge').first()
    ).toBeAttached();
    await expect(badge).toHaveCount(0);
  });

  await test.step('a newer version is told, and the record stays', async () => {
    const status = await (await page.request.get(`${API}/status`)).json();
    await page.request.post(
      `${API}/environments/${status.namespace}/remembered/versions`,
      { data: { specification: specification(2), base_version: 1 } }
    );
    await terrarium.says('remembered', 'remembered, version 2, ready');
    await expect(badge).toHaveCount(0);
    await page.evaluate(async () => {
      const widget = window.jupyterapp.shell.currentWidget as unknown as {
        context: { sessionContext: { restartKernel: () => Promise<void> } };
      };
      await widget.context.sessionContext.restartKernel();
    });
    await expect(badge).toHaveText('Made with version 1, you run 2');
    await page.notebook.save();
    expect((await saved()).metadata.terrarium.version).toBe(1);
  });

  await test.step('compare, by keyboard', async () => {
    await badge.focus();
    await page.keyboard.press('Enter');
    const compare = page.getByRole('menuitem', {
      name: 'Compare the Versions'
    });
    await expect(compare).toBeVisible();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await expect(terrarium.details).toContainText(
      'From version 1 to version 2'
    );
    await page.activity.closePanel('remembered');
    await expect(badge).toBeVisible();
  });

  await test.step('run as then', async () => {
    await badge.click();
    await page.getByRole('menuitem', { name: 'Run as Then' }).click();
    await expect(kernelName).toContainText('remembered@1');
    await expect(badge).toHaveCount(0);
  });

  await test.step('where its kernel is missing, none is started and nobody is asked', async () => {
    const content = await saved();
    content.metadata.kernelspec = {
      name: 'elsewhere--python3--abc',
      display_name: 'remembered (geo, Terrarium)',
      language: 'python'
    };
    const other = path.replace(/[^/]*$/, 'from-a-colleague.ipynb');
    await page.request.put(`/api/contents/${other}`, {
      data: { type: 'notebook', format: 'json', content }
    });
    await page.evaluate(async file => {
      await window.jupyterapp.commands.execute('docmanager:open', {
        path: file
      });
    }, other);
    const card = page.locator('.jp-Terrarium-recordCard:visible');
    await expect(card).toContainText('remembered, version 1');
    await expect(card).toContainText('Ready here now');
    await expect(dialog).toHaveCount(0);
    const sessions = await (await page.request.get('/api/sessions')).json();
    expect(
      sessions.filter((one: { path: string }) => one.path === other)
    ).toEqual([]);
    await card.getByRole('button', { name: 'Get This Environment' }).click();
    await expect(kernelName).toContainText('remembered@1');
    await expect(card).toHaveCount(0);
    await expect(badge).toHaveCount(0);
  });
});
