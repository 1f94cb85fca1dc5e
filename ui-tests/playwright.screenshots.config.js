/**
 * Takes the pictures of README.md and docs/ from the running product: `make screenshots`.
 * The channel is served by HTTP, so that no picture shows a path of the machine.
 */
const config = require('./playwright.config.js');

const channel = 'http://localhost:9478';
const serveChannel =
  'python -c "import functools, http.server as h; ' +
  'from jupyterlab_terrarium.conda.channel_maker.cached import ensure_cached_channel as c; ' +
  "h.ThreadingHTTPServer(('127.0.0.1', 9478), functools.partial(" +
  'h.SimpleHTTPRequestHandler, directory=c())).serve_forever()"';

module.exports = {
  ...config,
  testDir: './screenshots',
  use: { ...config.use, viewport: { width: 1280, height: 800 } },
  webServer: [
    { command: serveChannel, url: `${channel}/noarch/repodata.json` },
    {
      ...config.webServer,
      env: { ...config.webServer.env, TERRARIUM_UI_CHANNEL: channel }
    }
  ]
};
