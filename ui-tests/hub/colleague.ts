import * as fs from 'fs/promises';
import * as path from 'path';

import {
  expect,
  request,
  type Browser,
  type BrowserContext,
  type Locator,
  type Page
} from '@playwright/test';
import { Editor } from '../helpers/editor';
import { BUILD_TIMEOUT, PANEL, Panel } from '../helpers/panel';
import { Sharing } from '../helpers/sharing';

const API = 'terrarium/api/v1/';

interface IRunningKernel {
  record: { lock_digest: string };
}

/** Somebody with a browser of their own, on the hub. */
export class Colleague extends Panel {
  private constructor(
    readonly name: string,
    readonly context: BrowserContext,
    page: Page
  ) {
    super(page);
    this.editor = new Editor(page);
    this.sharing = new Sharing(page);
  }

  readonly editor: Editor;
  readonly sharing: Sharing;

  /** Who has opened a browser and has logged in nowhere. */
  static async at(browser: Browser, name: string): Promise<Colleague> {
    const context = await browser.newContext();
    const page = await context.newPage();
    page.setDefaultTimeout(BUILD_TIMEOUT);
    return new Colleague(name, context, page);
  }

  /** The same person at another tab of the same browser. */
  async secondTab(): Promise<Colleague> {
    const page = await this.context.newPage();
    page.setDefaultTimeout(BUILD_TIMEOUT);
    return new Colleague(this.name, this.context, page);
  }

  /** The notebook that is in front. */
  get notebook(): Locator {
    return this.page.locator('.jp-NotebookPanel:visible');
  }

  /** The kernel that it says to run in. */
  get kernelName(): Locator {
    return this.notebook.locator('.jp-Toolbar-kernelName');
  }

  get dialog(): Locator {
    return this.page.getByRole('dialog');
  }

  /** Open the hub, log in, and wait until the own server has started JupyterLab. */
  async arrive(): Promise<void> {
    await this.page.goto('/hub/');
    await this.login();
    await this.inLab();
    await this.openPanel();
  }

  /** The hub's own page, which every address leads to that wants a login. */
  async login(): Promise<void> {
    await expect(this.page).toHaveURL(/\/hub\/login/);
    await this.page.getByLabel('Username').fill(this.name);
    await this.page.getByLabel('Password').fill('any');
    await this.page.getByRole('button', { name: 'Sign in' }).click();
  }

  /** Wait until JupyterLab is there with what it has restored. */
  async inLab(): Promise<void> {
    await expect(this.page).toHaveURL(new RegExp(`/user/${this.name}/lab`));
    await this.page.waitForFunction(
      () => window.jupyterapp?.restored.then(() => true),
      undefined,
      { timeout: BUILD_TIMEOUT }
    );
  }

  async openPanel(): Promise<void> {
    await this.page.evaluate(
      id => window.jupyterapp.shell.activateById(id),
      PANEL
    );
    await expect(this.panel).toBeVisible();
  }

  /** Execute a command of JupyterLab without waiting for what it asks. */
  async command(id: string, args = {}): Promise<void> {
    await this.page.evaluate(
      ([command, values]) => {
        void window.jupyterapp.commands.execute(command, values);
      },
      [id, args] as const
    );
  }

  /** What the person's own server answers; its page asks. */
  async ask<T>(path: string): Promise<{ status: number; body: T }> {
    return this.page.evaluate(async address => {
      const { baseUrl } = window.jupyterapp.serviceManager.serverSettings;
      const answer = await fetch(baseUrl + address);
      const text = await answer.text();
      return { status: answer.status, body: text && JSON.parse(text) };
    }, path);
  }

  /** What the API of Terrarium answers. */
  async terrarium<T>(path: string): Promise<T> {
    return (await this.ask<T>(API + path)).body;
  }

  /** Kernels that run on the person's server. */
  async running(): Promise<number> {
    return (await this.ask<unknown[]>('api/sessions')).body.length;
  }

  /** Choose from the menu of a row of the panel. */
  async choose(row: Locator, item: string): Promise<void> {
    await row.click({ button: 'right' });
    await this.page.getByRole('menuitem', { name: item }).click();
  }

  /** Run the first cell of the notebook that is in front. */
  async run(code: string): Promise<Locator> {
    const cell = this.notebook.locator('.jp-CodeCell').first();
    // Keys that come before the kernel answers are lost.
    await expect(
      this.notebook.locator('.jp-Notebook-ExecutionIndicator')
    ).toHaveAttribute('data-status', 'idle');
    await cell.locator('.cm-content').click();
    await this.page.keyboard.press('ControlOrMeta+a');
    await this.page.keyboard.insertText(code);
    await this.page.keyboard.press('ControlOrMeta+Enter');
    return cell.locator('.jp-OutputArea-output');
  }

  /** What the notebook that is in front runs, as its server knows it. */
  async lockDigest(): Promise<string> {
    let digest = '';
    await expect(async () => {
      const kernel = await this.page.evaluate(() => {
        const widget = window.jupyterapp.shell.currentWidget as unknown as {
          context: {
            sessionContext: { session: { kernel: { id: string } } };
          };
        };
        return widget.context.sessionContext.session.kernel.id;
      });
      const found = await this.terrarium<IRunningKernel>(
        `local/kernels/${kernel}`
      );
      digest = found.record.lock_digest;
      expect(digest).toMatch(/^[0-9a-f]{64}$/);
    }).toPass({ timeout: BUILD_TIMEOUT });
    return digest;
  }

  async restartKernel(): Promise<void> {
    await this.page.evaluate(async () => {
      const widget = window.jupyterapp.shell.currentWidget as unknown as {
        context: { sessionContext: { restartKernel: () => Promise<void> } };
      };
      await widget.context.sessionContext.restartKernel();
    });
  }

  /** A notification says so; press its button *action*. */
  async told(message: string, action?: string): Promise<void> {
    const toast = this.page.locator('.Toastify__toast', { hasText: message });
    await expect(toast).toBeVisible();
    if (action) {
      await toast.getByRole('button', { name: action }).click();
    }
  }

  /** What somebody could do who has a copy of this browser's cookies: status of an answer. */
  async replay(): Promise<(method: 'GET' | 'POST') => Promise<number>> {
    const base = await this.page.evaluate(
      () => window.jupyterapp.serviceManager.serverSettings.baseUrl
    );
    const cookies = await this.context.cookies(base);
    const xsrf = cookies.filter(one => one.name === '_xsrf').pop();
    const client = await request.newContext({
      baseURL: `http://127.0.0.1:${process.env.TERRARIUM_UI_PORT}`,
      extraHTTPHeaders: {
        Host: new URL(base).host,
        Cookie: cookies.map(one => `${one.name}=${one.value}`).join('; '),
        'X-XSRFToken': xsrf?.value ?? ''
      }
    });
    const address = new URL(base).pathname + API + 'environments';
    return async method => {
      const answer = await client.fetch(address, {
        method,
        maxRedirects: 0,
        data:
          method === 'POST'
            ? { name: 'late', specification: 'dependencies: []' }
            : undefined
      });
      return answer.status();
    };
  }
}

/** End the process of the team store; the hub starts it again within half a minute. */
export async function endStore(): Promise<void> {
  const directory = process.env.TERRARIUM_UI_DIR ?? '';
  const pid = await fs.readFile(path.join(directory, 'hub.pid'), 'utf-8');
  process.kill(Number(pid), 'SIGUSR1');
}
