import { test as base } from '@jupyterlab/galata';
import { Terrarium } from './terrarium';

/** Galata's `test`, with an empty store and the panel open. */
export const test = base.extend<{ terrarium: Terrarium }>({
  terrarium: async ({ page }, use) => {
    const terrarium = new Terrarium(page);
    await terrarium.clear();
    await terrarium.open();
    await use(terrarium);
  }
});

export { expect } from '@jupyterlab/galata';
