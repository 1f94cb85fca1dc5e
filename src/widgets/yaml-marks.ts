/** Marks errors and notices in a CodeMirror editor: their line, the word, and words on hover. */

import { StateEffect, StateField, type Extension } from '@codemirror/state';
import {
  Decoration,
  EditorView,
  hoverTooltip,
  type DecorationSet
} from '@codemirror/view';

import type { ISeverityFinding } from '../editor-findings';

/** Replace all marks. */
export const setMarks = StateEffect.define<readonly ISeverityFinding[]>();

interface IMarks {
  findings: readonly ISeverityFinding[];
  decorations: DecorationSet;
}

const marks = StateField.define<IMarks>({
  create: () => ({ findings: [], decorations: Decoration.none }),
  update: (value, transaction) => {
    for (const effect of transaction.effects) {
      if (effect.is(setMarks)) {
        const { doc } = transaction.state;
        return {
          findings: effect.value,
          decorations: decorate(effect.value, doc)
        };
      }
    }
    // While the text is edited the marks move with it until the next answer.
    return transaction.docChanged
      ? { ...value, decorations: value.decorations.map(transaction.changes) }
      : value;
  },
  provide: field =>
    EditorView.decorations.from(field, value => value.decorations)
});

type Doc = EditorView['state']['doc'];

function decorate(
  findings: readonly ISeverityFinding[],
  doc: Doc
): DecorationSet {
  const ranges = findings.flatMap(({ place, severity }) => {
    if (!place || place.line > doc.lines) {
      return [];
    }
    const line = doc.line(place.line);
    const from = Math.min(line.from + place.column - 1, line.to);
    const rest = doc.sliceString(from, line.to).replace(/\s+(#.*)?$/, '');
    const whole = Decoration.line({
      class: `jp-TerrariumEditor-marked jp-mod-${severity}`
    }).range(line.from);
    return rest === ''
      ? [whole]
      : [
          whole,
          Decoration.mark({
            class: `jp-TerrariumEditor-mark jp-mod-${severity}`
          }).range(from, from + rest.length)
        ];
  });
  return Decoration.set(ranges, true);
}

const words = hoverTooltip((view, position) => {
  const line = view.state.doc.lineAt(position);
  const here = view.state
    .field(marks)
    .findings.filter(item => item.place?.line === line.number);
  if (here.length === 0) {
    return null;
  }
  return {
    pos: line.from,
    above: false,
    create: () => {
      const dom = document.createElement('div');
      dom.className = 'jp-TerrariumEditor-tooltip';
      for (const finding of here) {
        const message = document.createElement('div');
        message.textContent = [finding.message, finding.hint]
          .filter(part => part !== '')
          .join(' ');
        dom.append(message);
      }
      return { dom };
    }
  };
});

/** What an editor needs to show marks. */
export const yamlMarks: Extension = [marks, words];
