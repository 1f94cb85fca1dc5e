import { nameOfFile, suggestName } from '../names';
import { versionChoices } from '../version-choices';

describe('names', () => {
  it.each([
    ['My Env', 'my-env'],
    ['--a..b__c--', 'a-b-c'],
    ['Ünïcode', 'n-code'],
    ['!!!', ''],
    ['a'.repeat(80), 'a'.repeat(63)]
  ])('suggests for %j', (text, name) => {
    expect(suggestName(text)).toBe(name);
  });

  it.each([
    ['work/spring/environment.yml', 'spring'],
    ['environment.yaml', 'environment'],
    ['work/My Analysis.yml', 'my-analysis']
  ])('of the file %s', (path, name) => {
    expect(nameOfFile(path)).toBe(name);
  });
});

describe('version choices', () => {
  const versions = ['3.13.0', '3.12.7', '3.12.6', '3.11.10'];
  const words = (typed: string) =>
    versionChoices(versions, typed).map(choice => choice.constraint);

  it('offers series first, then or newer, then exactly', () => {
    expect(words('')).toEqual([
      '3.13',
      '3.12',
      '3.11',
      '>=3.13',
      '>=3.12',
      '>=3.11',
      '==3.13.0',
      '==3.12.7',
      '==3.12.6',
      '==3.11.10'
    ]);
    expect(versionChoices(versions, '')[1].newest).toBe('3.12.7');
  });

  it('narrows to what is typed', () => {
    expect(words('3.12')).toEqual(['3.12', '>=3.12', '==3.12.7', '==3.12.6']);
    expect(words('>=3.1')).toEqual(['>=3.13', '>=3.12', '>=3.11']);
    expect(words('4')).toEqual([]);
  });
});
