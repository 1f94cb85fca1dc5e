import type { IJupyterLabPageFixture } from '@jupyterlab/galata';
import { expect } from '@playwright/test';
import { PANEL, Panel } from './panel';

const API = '/terrarium/api/v1';

/** The panel, the details and the server behind them, as a user knows them. */
export class Terrarium extends Panel<IJupyterLabPageFixture> {
  async open(): Promise<void> {
    await this.page.sidebar.openTab(PANEL);
    await expect(this.panel.getByRole('searchbox')).toBeVisible();
  }

  /** Ask the server for an environment, as another client would. */
  async create(specification: string, namespace?: string): Promise<void> {
    const answer = await this.page.request.post(`${API}/environments`, {
      data: { specification, namespace }
    });
    expect(answer.status(), await answer.text()).toBe(201);
  }

  /** Remove every environment: each test begins with an empty store. */
  async clear(): Promise<void> {
    const answer = await this.page.request.get(`${API}/environments?limit=500`);
    const { items } = await answer.json();
    for (const item of items) {
      await this.page.request.delete(
        `${API}/environments/${item.namespace}/${item.name}`
      );
    }
  }

  /** The last build of an environment, as the server knows it. */
  async lastBuild(name: string): Promise<{ id: string; state: string }> {
    const answer = await this.page.request.get(`${API}/builds`);
    const { items } = await answer.json();
    return items.find(
      (item: { environment: string }) => item.environment === name
    );
  }
}
