/**
 * Playwright on the browser of the machine: no browser or ffmpeg is downloaded.
 */
const fs = require('fs');
const baseConfig = require('@jupyterlab/galata/lib/playwright-config');

const port = process.env.TERRARIUM_UI_PORT ?? '8888';
const isRoot = process.getuid?.() === 0;

/** The first Chromium that exists; undefined lets Playwright look for its own. */
function findChromium() {
  const candidates = [
    process.env.TERRARIUM_CHROMIUM,
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    '/usr/bin/google-chrome',
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'
  ];
  return candidates.find(path => path && fs.existsSync(path));
}

module.exports = {
  ...baseConfig,
  timeout: 120_000,
  workers: 1,
  retries: 0,
  use: {
    ...baseConfig.use,
    baseURL: `http://localhost:${port}`,
    video: 'off',
    launchOptions: {
      executablePath: findChromium(),
      args: [
        ...(isRoot ? ['--no-sandbox'] : []),
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync'
      ]
    }
  },
  webServer: {
    command: 'jlpm start',
    url: `http://localhost:${port}/lab`,
    timeout: 120_000,
    reuseExistingServer: !process.env.CI
  }
};
