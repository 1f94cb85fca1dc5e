import { expect, type Locator, type Page } from '@playwright/test';

/** The id of the panel in the side bar. */
export const PANEL = 'jupyterlab-terrarium';

/** How long a build may take on two busy cores. */
export const BUILD_TIMEOUT = 90_000;

/** The panel and the details in the page of a JupyterLab, as a user knows them. */
export class Panel<P extends Page = Page> {
  constructor(readonly page: P) {}

  /** The panel in the left side bar. */
  get panel(): Locator {
    return this.page.locator(`#${PANEL}`);
  }

  /** The details tab that is in front. */
  get details(): Locator {
    return this.page.locator('.jp-Terrarium-details:visible');
  }

  /** The row of an environment. */
  row(name: string): Locator {
    return this.panel.locator(
      `.jp-Terrarium-row-environment[data-name="${name}"]`
    );
  }

  /** The row of an environment's builds in ACTIVITY, newest first. */
  activity(name: string): Locator {
    return this.panel.locator(`.jp-Terrarium-row-build[data-name="${name}"]`);
  }

  /** What a screen reader says of the row: name, version and state. */
  async says(name: string, text: string | RegExp): Promise<void> {
    await expect(this.row(name)).toHaveAttribute('aria-label', text, {
      timeout: BUILD_TIMEOUT
    });
  }

  /** Whether the open session lists a kernel whose name begins with the environment's. */
  async hasKernel(name: string): Promise<boolean> {
    return this.page.evaluate(prefix => {
      const { kernelspecs } = window.jupyterapp.serviceManager;
      const specs = kernelspecs.specs?.kernelspecs ?? {};
      return Object.values(specs).some(spec =>
        spec?.display_name.startsWith(prefix)
      );
    }, name);
  }

  /** Note that this page has not been loaded anew since. */
  async mark(): Promise<void> {
    await this.page.evaluate(() => {
      (window as unknown as { marked: boolean }).marked = true;
    });
  }

  /** Whether this is still the page that was marked. */
  async isMarked(): Promise<boolean> {
    return this.page.evaluate(
      () => (window as unknown as { marked?: boolean }).marked === true
    );
  }

  /** Name of the element that has the focus, as a screen reader says it. */
  async focused(): Promise<string> {
    return this.page.evaluate(() => {
      const element = document.activeElement;
      return (
        element?.getAttribute('aria-label') ??
        element?.textContent?.trim() ??
        ''
      );
    });
  }
}
