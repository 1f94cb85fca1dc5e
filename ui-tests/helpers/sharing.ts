import type { Locator, Page } from '@playwright/test';
import { expect } from '@playwright/test';

/** Making a link and opening it, as two people at two browsers do. */
export class Sharing {
  constructor(readonly page: Page) {}

  /** The card that is in front. */
  get card(): Locator {
    return this.page.locator('.jp-Terrarium-card:visible');
  }

  /** Make a link by the dialog that *Share…* opens; answers its address. */
  async link(choose: (dialog: Locator) => Promise<void>): Promise<string> {
    const dialog = this.page.getByRole('dialog');
    await expect(dialog).toContainText('Whoever has it may');
    await choose(dialog);
    await dialog.getByRole('button', { name: 'Make Link' }).click();
    const shown = dialog.getByRole('textbox', { name: 'The link' });
    const address = await shown.inputValue();
    await dialog.getByRole('button', { name: 'Done' }).click();
    return address;
  }

  /** Follow a link. */
  async follow(link: string): Promise<void> {
    await this.page.goto(link);
    await expect(this.card).toBeVisible({ timeout: 60_000 });
  }
}
