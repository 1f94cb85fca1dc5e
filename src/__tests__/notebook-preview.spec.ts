import { copyFor, previewOf } from '../notebook-preview';

const SCRIPT = '<script>alert(1)</script>';
const notebook = (cell: object): string =>
  JSON.stringify({
    nbformat: 4,
    metadata: { kernelspec: { name: 'theirs', display_name: 'x' } },
    cells: [{ cell_type: 'code', source: ['6 ', '* 7'], ...cell }]
  });

describe('the preview of a shared notebook', () => {
  it('has texts and bitmaps, and nothing else', () => {
    const outputs = [
      { data: { 'text/html': SCRIPT, 'text/plain': '42' } },
      { data: { 'application/javascript': 'alert(1)' } },
      { data: { 'image/svg+xml': '<svg onload="alert(1)"/>' } },
      { data: { 'image/png': 'aGVsbG8=', 'text/plain': '<Figure>' } },
      { data: { 'image/png': '" onerror="alert(1)' } },
      { text: ['a\n', 'b'] },
      { traceback: ['\u001b[31mValueError\u001b[0m'] }
    ];
    const [cell] = previewOf(notebook({ outputs }));
    expect(cell.source).toBe('6 * 7');
    expect(cell.outputs).toEqual([
      { text: '42' },
      { text: '' },
      { text: '' },
      { text: '<Figure>', image: 'data:image/png;base64,aGVsbG8=' },
      { text: '' },
      { text: 'a\nb' },
      { text: 'ValueError' }
    ]);
  });

  it.each(['[]', '{}', '{"cells": 3}', '{"cells": [null]}'])(
    'of %s is no failure',
    text => {
      expect(previewOf(text).every(cell => cell.source === '')).toBe(true);
    }
  );
});

it('a copy runs on the kernel that was got, and is trusted in nothing', () => {
  const copy = copyFor(notebook({ metadata: { trusted: true, a: 1 } }), {
    name: 'mine',
    display_name: 'a copy'
  });
  expect(copy).toMatchObject({
    metadata: { kernelspec: { name: 'mine', display_name: 'a copy' } },
    cells: [{ metadata: { a: 1 } }]
  });
  expect(JSON.stringify(copy)).not.toContain('trusted');
});
