import type { Route } from '@playwright/test';

import { BUILD_TIMEOUT, expect as atOnce, small, test } from '../helpers';
import { Editor } from '../helpers/editor';

/** Plans and builds take their time on busy cores. */
const expect = atOnce.configure({ timeout: BUILD_TIMEOUT });

/** What the server says to somebody who may only look, as far as the page asks for it. */
async function asViewer(route: Route): Promise<void> {
  const answer = await route.fetch();
  const body = await answer.json();
  if (body.role) {
    body.role = 'viewer';
  }
  await route.fulfill({ response: answer, json: body });
}

test('a viewer proposes in the editor, whoever decides sees the plan and builds it', async ({
  page,
  terrarium
}) => {
  test.slow();
  await terrarium.create(small('shared'));
  await terrarium.says('shared', 'shared, version 1, ready');
  const editor = new Editor(page);
  const environment = /environments\/[^/]+\/shared(\?.*)?$/;

  await test.step('a viewer proposes, with a reason', async () => {
    await page.route(environment, asViewer);
    await editor.open({ name: 'shared' });
    await expect(editor.buildButton).toHaveCount(0);
    await editor.add('terrarium-big');
    const propose = editor.root.getByRole('button', { name: 'Propose' });
    await propose.click();
    const reason = editor.root.getByLabel('Why?');
    await expect(reason).toBeFocused();
    await reason.fill('Needed for <b>maps</b>');
    await propose.click();
    const proposals = terrarium.details.locator('.jp-Terrarium-proposals');
    await expect(proposals).toContainText('waits for a decision');
    await expect(proposals).toContainText('Needed for <b>maps</b>');
    await page.unroute(environment, asViewer);
  });

  await test.step('it stands in ACTIVITY', async () => {
    await expect(
      terrarium.panel.getByRole('treeitem', { name: /^Proposal for shared by/ })
    ).toBeVisible();
  });

  await test.step('whoever decides looks at the plan and approves', async () => {
    await terrarium.details
      .getByRole('button', { name: 'Look and Decide…' })
      .click();
    await expect(editor.root).toContainText('proposes this: Needed for');
    await expect(editor.plan).toContainText('terrarium-big');
    await editor.root
      .getByRole('button', { name: 'Approve and Build' })
      .click();
    await terrarium.says('shared', 'shared, version 2, ready');
  });
});
