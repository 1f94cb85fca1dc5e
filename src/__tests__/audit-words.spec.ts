import { nullTranslator } from '@jupyterlab/translation';
import { readdirSync, readFileSync } from 'fs';
import * as path from 'path';
import { auditDetails, auditNouns, auditSentence } from '../audit-words';
import type { AuditEntry } from '../types';

const trans = nullTranslator.load('jupyterlab_terrarium');
const line = (given: Partial<AuditEntry>): AuditEntry => ({
  sequence: 1,
  time: '2026-11-28T09:12:31Z',
  user: 'berta',
  action: 'environment.delete',
  namespace: 'team',
  target: 'team/analysis',
  origin: '10.0.0.7',
  outcome: 'done',
  data: {},
  ...given
});
const sentence = (given: Partial<AuditEntry>): string =>
  auditSentence(line(given), 'ana', trans);

it('a line is a sentence about who did what to which thing', () => {
  expect(sentence({})).toBe('berta deleted team/analysis.');
  expect(sentence({ user: 'ana' })).toBe('You deleted team/analysis.');
});

it('what was refused is told as a wish', () => {
  expect(sentence({ outcome: 'forbidden' })).toBe(
    'berta wanted to delete team/analysis.'
  );
});

it('names who got a role, and where', () => {
  const put = {
    action: 'member.put',
    target: 'team',
    data: { member: 'group:geo', role: 'editor' }
  };
  expect(sentence(put)).toBe('berta gave the group geo a role in team.');
  expect(auditDetails(line(put), trans)).toEqual([
    'role: editor',
    'from 10.0.0.7'
  ]);
});

it('an id is no name: the namespace is told in its place', () => {
  expect(
    sentence({
      action: 'share.revoke',
      target: '9f86d081884c7d659a2feaa0c55ad'
    })
  ).toBe('berta revoked a link of team.');
});

it('the settings and the shell are said in words', () => {
  const details = auditDetails(
    line({ origin: 'shell', data: { hold: false, recommended: true } }),
    trans
  );
  expect(details).toEqual(['no hold', 'recommended', 'in the shell']);
});

describe('every use case that leaves a line', () => {
  const services = path.resolve(
    __dirname,
    '../../jupyter_ext/jupyterlab_terrarium/services'
  );
  const actions = readdirSync(services)
    .filter(file => file.endsWith('.py'))
    .flatMap(file => [
      ...readFileSync(path.join(services, file), 'utf-8').matchAll(
        /@audited\(\s*"([a-z.]+)"/g
      )
    ])
    .map(found => found[1]);

  it('is found', () => {
    expect(actions).toContain('environment.delete');
  });

  it.each(actions)('%s has words, and a noun to choose', action => {
    expect(sentence({ action })).not.toContain(action);
    expect(sentence({ action })).toMatch(/^berta [a-z].*\.$/);
    const nouns = auditNouns(trans).map(([noun]) => noun);
    expect(nouns).toContain(action.split('.')[0]);
  });
});
