import { Editor } from '../helpers/editor';
import {
  BUILD_TIMEOUT,
  expect,
  impossible,
  kernel,
  large,
  small,
  test,
  unseen
} from '../helpers';

test.describe('the panel', () => {
  test('teaches how to begin while there is nothing', async ({ terrarium }) => {
    await expect(terrarium.panel).toContainText('An environment is a set of');
    await terrarium.panel
      .getByRole('button', { name: 'Choose packages' })
      .click();
    await expect(
      terrarium.page.getByRole('tab', { name: 'New environment' })
    ).toBeVisible();
  });

  test('is usable by keyboard alone', async ({ page, terrarium }) => {
    await terrarium.create(small('alpha'));
    await terrarium.create(small('beta'));
    await terrarium.says('alpha', 'alpha, version 1, ready');
    await terrarium.says('beta', 'beta, version 1, ready');

    await test.step('arrows move, / filters, Escape clears', async () => {
      await page.keyboard.press('Control+Alt+t');
      await expect.poll(() => terrarium.focused()).toBe('My environments');
      await page.keyboard.press('ArrowDown');
      await expect(terrarium.row('alpha')).toBeFocused();
      await page.keyboard.press('/');
      await expect(terrarium.panel.getByRole('searchbox')).toBeFocused();
      await page.keyboard.type('bet');
      await expect(terrarium.row('alpha')).toHaveCount(0);
      await page.keyboard.press('Escape');
      await expect(terrarium.row('alpha')).toHaveCount(1);
      await page.keyboard.press('ArrowDown');
      await expect(terrarium.row('alpha')).toBeFocused();
    });

    await test.step('left and right fold a section', async () => {
      await page.keyboard.press('ArrowLeft');
      await page.keyboard.press('ArrowLeft');
      await expect(terrarium.row('alpha')).toHaveCount(0);
      await page.keyboard.press('ArrowRight');
      await page.keyboard.press('ArrowDown');
      await expect(terrarium.row('alpha')).toBeFocused();
    });

    await test.step('right leads to the actions and Escape back', async () => {
      await page.keyboard.press('ArrowRight');
      expect(await terrarium.focused()).toBe('Edit Environment…');
      await page.keyboard.press('Escape');
      await expect(terrarium.row('alpha')).toBeFocused();
    });

    await test.step('Enter opens the details, arrows change tabs', async () => {
      await page.keyboard.press('Enter');
      await expect(terrarium.details).toContainText('What was asked for');
      await terrarium.details.getByRole('tab', { name: 'Overview' }).focus();
      await page.keyboard.press('ArrowRight');
      await expect(terrarium.details.getByRole('table')).toContainText(
        'terrarium-data'
      );
      await page.keyboard.press('End');
      await expect(
        terrarium.details.getByRole('button', { name: 'Save Explicit list' })
      ).toBeVisible();
      await page.keyboard.press('ArrowLeft');
      await expect(
        terrarium.details.getByRole('button', { name: 'Make a Link…' })
      ).toBeVisible();
      await page.keyboard.press('ArrowLeft');
      await expect(terrarium.details.getByRole('log')).toBeVisible();
    });

    await test.step('Delete asks, and the safe answer is the default', async () => {
      await page.keyboard.press('Control+Alt+t');
      await expect(terrarium.row('alpha')).toBeFocused();
      await page.keyboard.press('Delete');
      const dialog = page.getByRole('dialog');
      await expect(dialog).toContainText('Delete alpha?');
      await expect(dialog).toContainText('Its version and its build log go');
      await page.keyboard.press('Enter');
      await expect(dialog).toHaveCount(0);
      await expect(terrarium.row('alpha')).toBeFocused();
    });

    await test.step('the focus goes to the next row after deletion', async () => {
      await page.keyboard.press('Delete');
      await page.getByRole('dialog').waitFor();
      await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
      await expect(terrarium.row('alpha')).toHaveCount(0);
      await expect(terrarium.row('beta')).toBeFocused();
      await expect(page.locator('.jp-Terrarium-message:visible')).toContainText(
        'alpha was deleted'
      );
    });
  });

  test('deletes after confirmation with the kernel, and undoes it', async ({
    page,
    terrarium
  }) => {
    await terrarium.create(kernel('to-go'));
    await terrarium.says('to-go', 'to-go, version 1, ready');
    await expect.poll(() => terrarium.hasKernel('to-go')).toBe(true);

    await terrarium.row('to-go').click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'Delete Environment…' }).click();
    const dialog = page.getByRole('dialog');
    await expect(dialog).toContainText('Its kernel leaves the list of kernels');
    await dialog.getByRole('button', { name: 'Delete' }).click();
    await expect(terrarium.row('to-go')).toHaveCount(0);
    await expect.poll(() => terrarium.hasKernel('to-go')).toBe(false);

    await page.getByRole('button', { name: 'Undo' }).click();
    await terrarium.says('to-go', 'to-go, version 1, ready');
    await expect.poll(() => terrarium.hasKernel('to-go')).toBe(true);
  });

  test('cancels a build that runs and one that waits, and retries', async ({
    page,
    terrarium
  }) => {
    await terrarium.create(large('running'));
    await terrarium.create(small('waiting'));
    await terrarium.says('running', /^running, (fetching|linking|finishing)/);
    await terrarium.says('waiting', 'waiting, queued');

    await terrarium.row('waiting').hover();
    await terrarium
      .row('waiting')
      .getByRole('button', { name: 'Cancel Build' })
      .click();
    await terrarium.says('waiting', 'waiting, cancelled');

    await terrarium.row('running').hover();
    await terrarium
      .row('running')
      .getByRole('button', { name: 'Cancel Build' })
      .click();
    await terrarium.says('running', 'running, cancelled');
    expect((await terrarium.lastBuild('running')).state).toBe('cancelled');

    await terrarium.row('waiting').hover();
    await terrarium
      .row('waiting')
      .getByRole('button', { name: 'Retry' })
      .click();
    await terrarium.says('waiting', 'waiting, version 1, ready');
    await expect(
      page
        .getByRole('alert')
        .filter({ hasText: 'waiting, version 1, is ready' })
    ).toBeVisible();
  });

  test('says in words why a build failed', async ({ page, terrarium }) => {
    await terrarium.create(impossible('clash'));
    await terrarium.says('clash', 'clash, failed');
    await page.getByRole('button', { name: 'Show log' }).click();

    const problem = terrarium.details.getByRole('alert');
    await expect(problem).toContainText(
      'These packages cannot be installed together'
    );
    await expect(problem).toContainText('terrarium-conflict');
    await expect(problem.locator('pre')).toBeHidden();
    await problem.getByText('Show the tool’s own words').click();
    await expect(problem.locator('pre')).toContainText('terrarium-conflict');
  });

  test('follows a build with counts, phases and a log', async ({
    page,
    terrarium
  }) => {
    await terrarium.create(unseen('followed'));
    await terrarium.row('followed').waitFor();
    await terrarium.row('followed').focus();
    await page.keyboard.press('Enter');
    const { details } = terrarium;
    await details.getByRole('tab', { name: 'Build' }).click();
    await expect(details.locator('.jp-Terrarium-detailsTitle')).toContainText(
      'ready',
      { timeout: BUILD_TIMEOUT }
    );
    for (const phase of ['fetching', 'linking', 'finishing']) {
      await expect(details.getByRole('log')).toContainText(phase);
    }
    const steps = details.getByRole('list', { name: 'Phases of the build' });
    await expect(steps.locator('[data-step="done"]')).toHaveCount(4);
    await expect(steps).toContainText(/\d\ss/);
  });

  test('offers to create an environment from a file', async ({
    page,
    terrarium,
    tmpPath
  }) => {
    await page.contents.uploadContent(
      `# Why it was made\n${small('from-file')}`,
      'text',
      `${tmpPath}/environment.yml`
    );
    await page.contents.uploadContent('# Notes', 'text', `${tmpPath}/notes.md`);
    await page.sidebar.openTab('filebrowser');
    await page.filebrowser.refresh();
    const item = (name: string) =>
      page.locator('.jp-DirListing-item', { hasText: name });
    const entry = page.getByRole('menuitem', {
      name: 'Create Environment from This File'
    });
    await item('notes.md').click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'Rename' }).waitFor();
    await expect(entry).toHaveCount(0);
    await page.keyboard.press('Escape');

    await item('environment.yml').click({ button: 'right' });
    await entry.click();
    const editor = new Editor(page);
    await expect(editor.name).toHaveValue('from-file');
    await editor.show('YAML');
    await expect(editor.yaml).toContainText('# Why it was made');
    await expect(editor.yaml).toContainText('- terrarium-data');
  });
});

test.describe('in the dark', () => {
  test('text stays readable', async ({ page, terrarium }) => {
    await terrarium.create(small('night'));
    await terrarium.says('night', 'night, version 1, ready');
    await page.theme.setDarkTheme();
    for (const selector of ['.jp-Terrarium-rowName', '.jp-Terrarium-rowWord']) {
      const ratio = await terrarium
        .row('night')
        .locator(selector)
        .evaluate(contrast);
      expect(ratio, selector).toBeGreaterThan(4.5);
    }
  });
});

/** WCAG contrast of an element's text against what is behind it. */
function contrast(element: Element): number {
  const channels = (color: string) =>
    (color.match(/[\d.]+/g) ?? []).map(Number);
  const luminance = ([red, green, blue]: number[]) => {
    const linear = [red, green, blue].map(value => {
      const share = value / 255;
      return share <= 0.03928
        ? share / 12.92
        : Math.pow((share + 0.055) / 1.055, 2.4);
    });
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
  };
  let behind: Element | null = element;
  let back = [0, 0, 0, 0];
  while (behind && back[3] === 0) {
    const found = channels(getComputedStyle(behind).backgroundColor);
    back = found.length === 3 ? [...found, 1] : found;
    behind = behind.parentElement;
  }
  // Text may be translucent: mix it with what is behind.
  const [red, green, blue, alpha = 1] = channels(
    getComputedStyle(element).color
  );
  const front = [red, green, blue].map(
    (value, at) => value * alpha + back[at] * (1 - alpha)
  );
  const [light, dark] = [luminance(front), luminance(back)].sort(
    (a, b) => b - a
  );
  return (light + 0.05) / (dark + 0.05);
}
