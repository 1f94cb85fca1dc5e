import { shareRequest, subjects } from '../share-form';
import {
  isLocal,
  linkIn,
  readLink,
  SHARE_PATTERN,
  withoutShare
} from '../share-links';

const TOKEN = 'abcdefghijklmnopqrstuvwxyz012345';
const HERE = 'https://hub.example/user/anna/lab';

describe('a link in an address', () => {
  it('is found beside other arguments, and only when it has the form of one', () => {
    expect(linkIn(`?reset=1&terrarium-share-token=${TOKEN}`)).toEqual({
      kind: 'token',
      token: TOKEN
    });
    expect(linkIn('?terrarium-share-token=short')).toBeNull();
    expect(linkIn('?terrarium-share-token=<script>')).toBeNull();
    expect(linkIn('?terrarium-recipe=1.abc-_')).toEqual({
      kind: 'recipe',
      payload: '1.abc-_'
    });
    expect(SHARE_PATTERN.test('/lab?x-terrarium-recipe=1')).toBe(false);
  });

  it('is taken out, and the rest stays as it is', () => {
    const request = `/lab/tree/a%20b?reset=1&terrarium-share-token=${TOKEN}&b=%2F#top`;
    expect(withoutShare(request)).toBe('/lab/tree/a%20b?reset=1&b=%2F#top');
    expect(withoutShare(`/lab?terrarium-share-token=${TOKEN}`)).toBe('/lab');
  });
});

describe('what somebody pastes', () => {
  it.each([
    [` ${TOKEN}\n`, { kind: 'token', token: TOKEN }],
    ['1.abc', { kind: 'recipe', payload: '1.abc' }],
    [
      `https://hub.example/hub/user-redirect/lab?terrarium-share-token=${TOKEN}`,
      { kind: 'token', token: TOKEN }
    ],
    [
      'http://localhost:8888/lab?terrarium-recipe=1.abc',
      { kind: 'recipe', payload: '1.abc' }
    ]
  ])('%s is of here or needs no server', (pasted, link) => {
    expect(readLink(pasted, HERE)).toEqual(link);
  });

  it('is asked for before another server is', () => {
    for (const address of [
      `https://store.example/s/${TOKEN}`,
      `https://other.example/lab?terrarium-share-token=${TOKEN}`
    ]) {
      expect(readLink(address, HERE)).toEqual({
        kind: 'foreign',
        address,
        host: new URL(address).host
      });
    }
  });

  it.each(['', 'hello', 'javascript:alert(1)', 'file:///etc/passwd'])(
    '%s is no link',
    pasted => {
      expect(readLink(pasted, HERE)).toBeNull();
    }
  );
});

describe('the form', () => {
  it('becomes a request', () => {
    expect(
      shareRequest({
        version: 3,
        rights: 'copy',
        days: 7,
        people: '2',
        only: 'anna, group:geo,,',
        note: ' hi ',
        outputs: false,
        forms: ['archive-zst']
      })
    ).toEqual({
      version: '3',
      rights: 'copy',
      expires_days: 7,
      max_uses: 2,
      subjects: ['user:anna', 'group:geo'],
      note: 'hi',
      forms: ['archive-zst']
    });
  });

  it('has thirty days and no limit when nothing sensible was typed', () => {
    const request = shareRequest({
      version: null,
      rights: 'use',
      days: NaN,
      people: '',
      only: '',
      note: '',
      outputs: false,
      forms: []
    });
    expect(request.expires_days).toBe(30);
    expect(request.max_uses).toBeNull();
    expect(request.version).toBeNull();
    expect(subjects('')).toEqual([]);
  });
});

it.each([
  ['http://localhost:8888/lab', true],
  ['http://127.0.0.1/lab', true],
  ['http://[::1]:8888/lab', true],
  ['http://lab.localhost/', true],
  ['https://hub.example/hub/user-redirect/lab', false],
  ['http://192.168.1.5:8888/lab', false]
])('%s opens on this machine only: %s', (address, local) => {
  expect(isLocal(address)).toBe(local);
});
