import type { TranslationBundle } from '@jupyterlab/translation';
import { nullTranslator } from '@jupyterlab/translation';
import React from 'react';
import { renderToStaticMarkup } from 'react-dom/server';

import { ExplanationView, RawWords } from '../components/explanation-view';
import { findingsOf } from '../editor-findings';
import type { Explanation, Problem } from '../types';

const trans: TranslationBundle = nullTranslator.load('test');

function explained(given: Partial<Explanation> = {}): Explanation {
  return {
    cause: 'unsatisfiable',
    what: '`python=3.12` and `oldtool` cannot be installed together.',
    why: '`oldtool` needs python <3.11.',
    remedy: 'Loosen one of these lines.',
    lines: [
      { place: { line: 4, column: 5 }, text: 'python=3.12', why: 'Asked for.' },
      { place: { line: 6, column: 5 }, text: 'oldtool', why: 'Needs <3.11.' }
    ],
    relaxations: [
      {
        label: 'Take python 3.10',
        sentence: 'python 3.10 is used.',
        specification: 'dependencies: [python=3.10, oldtool]',
        place: { line: 4, column: 5 },
        before: 'python=3.12',
        after: 'python=3.10',
        changes: ['python 3.12 → 3.10.1']
      }
    ],
    suggestions: [],
    complete: true,
    ...given
  };
}

function shown(explanation: Explanation, apply?: () => void): string {
  return renderToStaticMarkup(
    React.createElement(ExplanationView, { explanation, trans, apply })
  );
}

describe('an explanation', () => {
  it('says what, where and why, and offers what was solved as buttons', () => {
    const html = shown(explained(), () => undefined);
    expect(html).toContain('<code>python=3.12</code> and');
    expect(html).toContain('line 6');
    expect(html).toContain('<code>oldtool</code> needs python &lt;3.11.');
    expect(html).toMatch(/<button[^>]*data-action="relaxation"[^>]*>Take/);
    expect(html).toContain('python 3.12 → 3.10.1');
    expect(html).not.toContain('Loosen one of these lines.');
  });

  it('names relaxations without buttons where nothing can be edited', () => {
    const html = shown(explained());
    expect(html).toContain('Take python 3.10');
    expect(html).not.toContain('<button');
  });

  it('says what to do when no edit was found, and that there may be more', () => {
    const html = shown(explained({ relaxations: [], complete: false }));
    expect(html).toContain('Loosen one of these lines.');
    expect(html).toContain('time limit');
  });

  it('asks what was meant', () => {
    const [edit] = explained().relaxations;
    const html = shown(
      explained({ suggestions: [{ ...edit, label: 'numpy' }] }),
      () => undefined
    );
    expect(html).toMatch(/Did you mean.*data-action="suggestion".*numpy/);
  });

  it('keeps the words of the tool one click away', () => {
    const raw = renderToStaticMarkup(
      React.createElement(RawWords, { raw: 'Cannot solve', trans })
    );
    expect(raw).toMatch(/^<details[^>]*><summary>/);
    expect(
      renderToStaticMarkup(React.createElement(RawWords, { raw: '', trans }))
    ).toBe('');
  });

  it('marks its own lines in place of those that the tool names', () => {
    const problem: Problem = {
      type: '',
      title: '',
      status: 422,
      detail: '',
      hint: '',
      code: 'unsatisfiable',
      errors: [
        { message: 'x', hint: '', place: { line: 9, column: 1 }, path: '' }
      ],
      raw: '',
      conflict: null,
      explanation: explained()
    };
    const found = findingsOf(null, trans, { plan: null, problem }, true, null);
    expect(found.map(item => item.place?.line)).toEqual([4, 6]);
    const bare = { ...problem, explanation: null };
    const named = findingsOf(
      null,
      trans,
      { plan: null, problem: bare },
      true,
      null
    );
    expect(named.map(item => item.place?.line)).toEqual([9]);
  });
});
