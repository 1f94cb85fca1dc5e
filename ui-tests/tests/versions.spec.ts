import { BUILD_TIMEOUT, expect as atOnce, test } from '../helpers';

/** A kernel's start and restart take their time on busy cores. */
const expect = atOnce.configure({ timeout: BUILD_TIMEOUT });

const API = '/terrarium/api/v1';
const specification = (version: number) => `name: rolled
dependencies:
  - python
  - ipykernel
  - terrarium-data =${version}
`;
/** Says which version of the package the kernel's own files hold. */
const WHICH = `import glob, os, sys
print([os.path.basename(f) for f in glob.glob(sys.prefix + '/conda-meta/terrarium-data-*')])`;

// Galata's stand-in for the kernels API answers a restart with a status that JupyterLab refuses.
test.use({ kernels: null });

test('an older version takes over under a running notebook, and a rename does not disturb it', async ({
  page,
  terrarium
}) => {
  // Two builds, and a kernel that starts twice.
  test.slow();
  page.setDefaultTimeout(60_000);
  await test.step('two versions', async () => {
    await terrarium.create(specification(1));
    await terrarium.says('rolled', 'rolled, version 1, ready');
    const status = await (await page.request.get(`${API}/status`)).json();
    const answer = await page.request.post(
      `${API}/environments/${status.namespace}/rolled/versions`,
      { data: { specification: specification(2), base_version: 1 } }
    );
    expect(answer.status()).toBe(201);
    await terrarium.says('rolled', 'rolled, version 2, ready');
  });

  const output = page
    .locator('.jp-NotebookPanel .jp-OutputArea-output')
    .first();
  const notebook = page.getByRole('tab', { name: /\.ipynb/ });

  await test.step('a notebook in the newer one', async () => {
    await terrarium.row('rolled').dblclick();
    await expect(
      page.locator('.jp-NotebookPanel .jp-Toolbar-kernelName')
    ).toContainText('rolled');
    await page.notebook.setCell(0, 'code', WHICH);
    await page.notebook.runCell(0, true);
    await expect(output).toContainText('terrarium-data-2');
  });

  const version = (number: number) =>
    terrarium.details.getByRole('listitem', { name: `Version ${number}` });

  await test.step('see what differs, and go back', async () => {
    await terrarium.row('rolled').click();
    await page.keyboard.press('Enter');
    await terrarium.details.getByRole('tab', { name: 'Versions' }).click();
    await version(1).getByRole('checkbox').check();
    await version(2).getByRole('checkbox').check();
    await terrarium.details
      .getByRole('button', { name: 'Compare versions 1 and 2' })
      .click();
    const differences = terrarium.details.getByRole('region', {
      name: 'From version 1 to version 2'
    });
    await expect(differences).toContainText('+  - terrarium-data =2');
    await expect(
      differences.getByRole('listitem').filter({ hasText: 'terrarium-data' })
    ).toContainText('newer');
    await differences.getByRole('button', { name: 'Close' }).click();

    await version(2)
      .getByRole('button', { name: 'Let stable lead to version 2' })
      .click();
    await expect(version(2)).toContainText('stable');
    await version(2)
      .getByRole('button', { name: 'Add a note to version 2' })
      .click();
    await page.keyboard.type('too new for the paper');
    await page.keyboard.press('Enter');
    await expect(version(2)).toContainText('too new for the paper');
    await version(2)
      .getByRole('button', { name: 'Kernel that follows stable' })
      .click();
    await expect(version(2)).toContainText('rolled@stable (Terrarium)');
    await version(1)
      .getByRole('button', { name: 'Kernel of version 1' })
      .click();
    await version(1)
      .getByRole('button', { name: 'Remove the kernel rolled@1 (Terrarium)' })
      .click();
    await expect(version(1)).not.toContainText('rolled@1');
    await version(1)
      .getByRole('button', { name: 'Make version 1 current' })
      .click();
    await expect(
      version(1).getByText('current', { exact: true })
    ).toBeVisible();
  });

  await test.step('the kernel that runs keeps its files', async () => {
    await notebook.click();
    await page.notebook.runCell(0, true);
    await expect(output).toContainText('terrarium-data-2');
  });

  await test.step('a restarted kernel, whose environment was renamed meanwhile, has the older package', async () => {
    await terrarium.row('rolled').click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'Rename Environment…' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox').fill('back-again');
    await dialog.getByRole('button', { name: 'Rename' }).click();
    await terrarium.says('back-again', 'back-again, version 1, ready');
    await notebook.click();
    // It ends when the new kernel is there; first it asks.
    const restarted = page.evaluate(async () => {
      await window.jupyterapp.commands.execute('notebook:restart-kernel');
    });
    await page.getByRole('button', { name: 'Confirm Kernel Restart' }).click();
    await restarted;
    await page.notebook.runCell(0, true);
    await expect(output).toContainText('terrarium-data-1');
  });
});
