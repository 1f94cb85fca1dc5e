/**
 * Takes the pictures of README.md and docs/ from the running product: `make screenshots`.
 */
const config = require('./playwright.config.js');

module.exports = {
  ...config,
  testDir: './screenshots',
  use: { ...config.use, viewport: { width: 1280, height: 800 } }
};
