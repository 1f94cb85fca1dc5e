import * as fs from 'fs';
import * as path from 'path';
import { VERSION } from '../version';

describe('the version of the front end', () => {
  it('is the one that package.json names', () => {
    const file = path.join(__dirname, '..', '..', 'package.json');
    const { version } = JSON.parse(fs.readFileSync(file, 'utf8'));
    expect(VERSION).toBe(version);
  });
});
