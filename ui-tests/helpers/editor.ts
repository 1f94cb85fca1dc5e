import type { IJupyterLabPageFixture } from '@jupyterlab/galata';
import { expect } from '@jupyterlab/galata';
import type { Locator, Page } from '@playwright/test';

/** What a command of the editor is given. */
export interface IOpenArguments {
  text?: string;
  namespace?: string;
  name?: string;
}

/** The environment editor as its users see it: by roles and names. */
export class Editor {
  constructor(private readonly page: Page) {}

  /** The editor's tab; the only one that is open. */
  get root(): Locator {
    return this.page.locator('.jp-TerrariumEditor:visible');
  }

  get name(): Locator {
    return this.root.getByRole('textbox', { name: 'Name', exact: true });
  }

  get search(): Locator {
    return this.root.getByRole('combobox', { name: 'Search packages to add' });
  }

  get plan(): Locator {
    return this.root.getByRole('region', { name: 'Plan' });
  }

  /** What happens to packages that were not changed: keep or refresh. */
  mode(label: string): Locator {
    return this.root.getByRole('radio', { name: label });
  }

  /** The packages of the plan that move. */
  get moving(): Locator {
    return this.plan.locator(
      '.jp-TerrariumPlan-changes > li:not([data-change="kept"])'
    );
  }

  /** Offers of the field that is being filled in. */
  get offers(): Locator {
    return this.root.locator('[role="option"]:visible');
  }

  get buildButton(): Locator {
    return this.root.getByRole('button', { name: 'Build', exact: true });
  }

  get yaml(): Locator {
    return this.root.getByRole('textbox', { name: 'Specification as YAML' });
  }

  /** Open the editor for a new environment, or on one that is there. */
  async open(args: IOpenArguments = {}): Promise<void> {
    const command = args.name ? 'terrarium:edit' : 'terrarium:new';
    await this.page.evaluate(
      ([id, values]) => window.jupyterapp.commands.execute(id, values),
      [command, args] as const
    );
    await expect(this.search).toBeVisible();
  }

  version(name: string): Locator {
    return this.root.getByRole('combobox', { name: `Version of ${name}` });
  }

  /** Search for a package and take it from the offers. */
  async add(name: string): Promise<void> {
    await this.search.fill(name);
    await this.offers
      .filter({ has: this.page.getByText(name, { exact: true }) })
      .click();
    await expect(this.version(name)).toBeVisible();
  }

  async show(side: 'Form' | 'YAML'): Promise<void> {
    await this.root.getByRole('tab', { name: new RegExp(`^${side}`) }).click();
  }

  /** The YAML as it is shown. */
  async text(): Promise<string> {
    await this.show('YAML');
    const lines = await this.yaml.locator('.cm-line').allTextContents();
    return lines.join('\n');
  }

  /** Replace the YAML by typing over it. */
  async write(text: string): Promise<void> {
    await this.show('YAML');
    await this.yaml.click();
    await this.page.keyboard.press('ControlOrMeta+a');
    await this.page.keyboard.insertText(text);
  }

  /** Press *Build*, and wait until the details of the environment are open instead. */
  async build(name: string): Promise<void> {
    await this.buildButton.click();
    await this.gone(name);
  }

  /** Wait until the details of the environment are open instead of the editor. */
  async gone(name: string): Promise<void> {
    await expect(this.root).toHaveCount(0);
    await expect(
      this.page.locator('.lm-DockPanel-tabBar .lm-mod-current', {
        hasText: name
      })
    ).toBeVisible();
  }

  /** Wait until the plan is for what is in view. */
  async planned(): Promise<void> {
    await expect(this.plan).toHaveAttribute('aria-busy', 'false');
    await expect(this.plan).toHaveAttribute('data-stale', 'false');
  }
}

/** A name that no other test uses. */
export function freshName(stem: string): string {
  return `${stem}-${Date.now().toString(36)}`;
}

/** What the server says about an environment of the caller's own namespace. */
export async function describe(
  page: IJupyterLabPageFixture,
  name: string
): Promise<{
  state: string;
  kernels: { name: string }[];
  latest_version: { prefix: string | null; specification_text: string };
}> {
  const api = `terrarium/api/v1`;
  const base = await page.evaluate(
    () => window.jupyterapp.serviceManager.serverSettings.baseUrl
  );
  const status = await page.request.get(`${base}${api}/status`);
  const { namespace } = await status.json();
  const path = `${base}${api}/environments/${namespace}/${name}`;
  return (await page.request.get(path)).json();
}
