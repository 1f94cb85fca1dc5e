/**
 * Two people on a real JupyterHub with a team store: `make hub`. One hub, which the browser
 * knows by a name of its own: links of a `localhost` open for nobody else.
 */
const config = require('./playwright.config.js');

const port = process.env.TERRARIUM_UI_PORT ?? '8888';
const name = 'hub.example.org';
const { launchOptions } = config.use;

module.exports = {
  ...config,
  testDir: './hub',
  // Pages, servers, kernels and builds take their time on busy cores.
  expect: { timeout: 90_000 },
  use: {
    ...config.use,
    baseURL: `http://${name}`,
    viewport: { width: 1280, height: 800 },
    launchOptions: {
      ...launchOptions,
      args: [
        ...launchOptions.args,
        `--host-resolver-rules=MAP ${name}:80 127.0.0.1:${port}`
      ]
    }
  },
  webServer: {
    ...config.webServer,
    command: 'python hub/serve.py',
    // The store's own address comes last into the hub's proxy.
    url: `http://127.0.0.1:${port}/services/terrarium/health`,
    gracefulShutdown: { signal: 'SIGTERM', timeout: 60_000 },
    env: {
      TERRARIUM_UI_DIR: process.env.TERRARIUM_UI_DIR,
      TERRARIUM_UI_PORT: port
    }
  }
};
