/**
 * Playwright on the browser of the machine: no browser or ffmpeg is downloaded.
 */
const fs = require('fs');
const os = require('os');
const path = require('path');
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
  return candidates.find(file => file && fs.existsSync(file));
}

/**
 * A directory for everything that the server writes, so that a run neither sees nor
 * leaves anything of this user's. Worker processes inherit it; it goes with the process
 * that made it.
 */
function serverDirectory() {
  if (!process.env.TERRARIUM_UI_DIR) {
    const made = fs.mkdtempSync(path.join(os.tmpdir(), 'terrarium-ui-'));
    const extensions = path.join(made, 'share', 'jupyter', 'labextensions');
    fs.mkdirSync(extensions, { recursive: true });
    fs.symlinkSync(
      path.resolve(
        __dirname,
        '../jupyter_ext/jupyterlab_terrarium/labextension'
      ),
      path.join(extensions, 'jupyterlab-terrarium')
    );
    fs.mkdirSync(path.join(made, 'tmp'));
    process.env.TERRARIUM_UI_DIR = made;
    process.on('exit', () => fs.rmSync(made, { recursive: true, force: true }));
  }
  return process.env.TERRARIUM_UI_DIR;
}

const directory = serverDirectory();

module.exports = {
  ...baseConfig,
  testDir: './tests',
  timeout: 120_000,
  // One server, one store: what a test sees in the panel must be its own doing.
  workers: 1,
  retries: 0,
  use: {
    ...baseConfig.use,
    baseURL: `http://localhost:${port}`,
    video: 'off',
    trace: 'off',
    screenshot: 'only-on-failure',
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
    // The first run makes the local channel of packages.
    timeout: 240_000,
    reuseExistingServer: false,
    gracefulShutdown: { signal: 'SIGTERM', timeout: 10_000 },
    env: {
      JUPYTER_PATH: path.join(directory, 'share', 'jupyter'),
      JUPYTER_DATA_DIR: path.join(directory, 'data'),
      JUPYTER_RUNTIME_DIR: path.join(directory, 'runtime'),
      JUPYTER_CONFIG_DIR: path.join(directory, 'config'),
      TMPDIR: path.join(directory, 'tmp'),
      TERRARIUM_UI_DIR: directory,
      TERRARIUM_UI_PORT: port
    }
  }
};
