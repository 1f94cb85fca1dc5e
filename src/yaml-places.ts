/** Where things stand in a YAML text: the geometry behind `yaml-edit.ts`. */

import {
  isMap,
  isPair,
  isScalar,
  isSeq,
  parseDocument,
  Scalar,
  stringify
} from 'yaml';
import type { Document, Pair, ParsedNode, YAMLMap, YAMLSeq } from 'yaml';

export type Path = ReadonlyArray<string | number>;
export type YamlDocument = Document.Parsed<ParsedNode>;
export type YamlPair = Pair<ParsedNode, ParsedNode | null>;

/** Parse *text* with the places of its tokens. Never throws: errors are in the document. */
export function parseYaml(text: string): YamlDocument {
  return parseDocument(text, { keepSourceTokens: true, prettyErrors: true });
}

/** The YAML form of a string on one line; `inFlow` inside `[]` or `{}`. */
export function scalarText(
  value: string,
  style?: Scalar.Type,
  inFlow = false
): string {
  const scalar = new Scalar(value);
  if (style === Scalar.QUOTE_DOUBLE || style === Scalar.QUOTE_SINGLE) {
    scalar.type = style;
  }
  if (/[\n\r]/.test(value) || (inFlow && /[,[\]{}]/.test(value))) {
    scalar.type = Scalar.QUOTE_DOUBLE;
  }
  // The server reads YAML 1.1 (`yes`, `12:30`), so what either version would misread is quoted.
  return stringify(scalar, { compat: 'yaml-1.1', lineWidth: 0 }).trimEnd();
}

/** The line break that *text* uses. */
export function lineBreak(text: string): string {
  return /\r\n/.test(text) ? '\r\n' : '\n';
}

/** Offset at which the line of *offset* begins. */
export function lineStart(text: string, offset: number): number {
  return text.lastIndexOf('\n', offset - 1) + 1;
}

/** Offset after the line break that ends the line of *offset*. */
export function lineEnd(text: string, offset: number): number {
  const found = text.indexOf('\n', offset);
  return found < 0 ? text.length : found + 1;
}

/** The blanks before *offset* in its line. */
export function indentOf(text: string, offset: number): string {
  return /^[ ]*/.exec(text.slice(lineStart(text, offset), offset))?.[0] ?? '';
}

/** *text* with the part between two offsets replaced. */
export function splice(
  text: string,
  range: ReadonlyArray<number>,
  by: string
): string {
  return text.slice(0, range[0]) + by + text.slice(range[1]);
}

/** *text* ended by a line break. */
export function terminated(text: string, part: string): string {
  return part.endsWith('\n') ? part : part + lineBreak(text);
}

/** *text* with a line more at *offset*, which is the start of a line or the end of the text. */
export function insertLine(text: string, offset: number, line: string): string {
  const head = text.slice(0, offset);
  const joined =
    head === '' || head.endsWith('\n') ? head : head + lineBreak(text);
  return joined + line + lineBreak(text) + text.slice(offset);
}

/** The pair at *path*, whose last part is a key; undefined when there is none. */
export function pairAt(
  document: YamlDocument,
  path: Path
): YamlPair | undefined {
  const key = path[path.length - 1];
  const parent =
    path.length > 1
      ? document.getIn(path.slice(0, -1), true)
      : document.contents;
  if (!isMap<ParsedNode, ParsedNode | null>(parent)) {
    return undefined;
  }
  return parent.items.find(
    pair => isScalar(pair.key) && String(pair.key.value) === String(key)
  );
}

/** Whether a value is nothing yet: absent, null, `[]` or `{}`. */
export function isEmptyValue(node: unknown): boolean {
  if (isSeq(node) || isMap(node)) {
    return node.items.length === 0;
  }
  return (
    node === null ||
    node === undefined ||
    (isScalar(node) && node.value === null)
  );
}

/** Whether the collection is in block style with each entry at the start of its line. */
export function isBlock(
  node: YAMLSeq<unknown> | YAMLMap<unknown, unknown>,
  text: string
): boolean {
  if (node.flow) {
    return false;
  }
  const offsets = isSeq(node)
    ? node.items.map((_, index) => dashAt(node, index))
    : node.items.map(pair => (pair.key as ParsedNode).range[0]);
  return offsets.every(
    offset =>
      offset >= 0 && /^ *$/.test(text.slice(lineStart(text, offset), offset))
  );
}

/** Offset of the dash of an item in a block sequence; -1 when it has none. */
export function dashAt(seq: YAMLSeq<unknown>, index: number): number {
  const token = seq.srcToken;
  if (token?.type !== 'block-seq') {
    return -1;
  }
  // Comments after the last item make a token item without a dash: only dashes are counted.
  const dashes = token.items.flatMap(item =>
    item.start.filter(part => part.type === 'seq-item-ind').slice(0, 1)
  );
  return dashes[index]?.offset ?? -1;
}

/** Offset after the last line that belongs to *node*, its comment on that line included. */
export function endOf(text: string, node: unknown): number {
  if (isPair(node)) {
    return isEmptyValue(node.value) || !node.value
      ? endOf(text, node.key)
      : endOf(text, node.value);
  }
  if ((isSeq(node) || isMap(node)) && !node.flow && node.items.length > 0) {
    const last = node.items.length - 1;
    return isSeq(node)
      ? itemEnd(text, node, last)
      : endOf(text, node.items[last]);
  }
  const end = (node as ParsedNode).range[1];
  return text[end - 1] === '\n' ? end : lineEnd(text, end);
}

/** Offset after the last line of item *index* of a block sequence. */
export function itemEnd(
  text: string,
  seq: YAMLSeq<unknown>,
  index: number
): number {
  const item = seq.items[index];
  return isEmptyValue(item)
    ? lineEnd(text, dashAt(seq, index))
    : endOf(text, item);
}

/** Start of the run of comment lines directly above the line of *offset*. */
export function withComments(text: string, offset: number): number {
  let start = lineStart(text, offset);
  while (start > 0) {
    const above = lineStart(text, start - 1);
    if (!/^[ ]*#/.test(text.slice(above, start))) {
      break;
    }
    start = above;
  }
  return start;
}

/** The items of a flow sequence as written; null when a comment or a mapping is among them. */
export function flowItems(
  text: string,
  seq: YAMLSeq<unknown>
): string[] | null {
  const source = seq.range ? text.slice(seq.range[0], seq.range[1]) : '';
  if (
    !seq.flow ||
    !seq.items.every(item => isScalar(item)) ||
    /(^|\s)#/.test(source)
  ) {
    return null;
  }
  return (seq.items as ParsedNode[]).map(item =>
    text.slice(item.range[0], item.range[1])
  );
}

/** *text* with a flow sequence written anew from its items' texts. */
export function writeFlow(
  text: string,
  seq: YAMLSeq<unknown>,
  items: string[]
): string {
  return seq.range ? splice(text, seq.range, `[${items.join(', ')}]`) : text;
}

/** How far this document's writer indents lists below their key: nothing or two blanks. */
export function listIndent(document: YamlDocument, text: string): string {
  const root = document.contents;
  for (const pair of isMap(root) ? root.items : []) {
    if (
      isSeq(pair.value) &&
      pair.value.items.length > 0 &&
      isBlock(pair.value, text)
    ) {
      return indentOf(text, dashAt(pair.value, 0));
    }
  }
  return '  ';
}

/** Put a line below a key that has nothing yet; a key with another kind of value stays as it is. */
export function insertBelow(
  text: string,
  owner: YamlPair,
  line: string
): string {
  if (!isEmptyValue(owner.value)) {
    return text;
  }
  // `[]`, `{}`, `~` or `null` gives way to the first entry.
  const range = owner.value?.range;
  const start =
    owner.key.range[1] + text.slice(owner.key.range[1]).indexOf(':') + 1;
  const cleared =
    range && range[1] > range[0] ? splice(text, [start, range[1]], '') : text;
  return insertLine(cleared, lineEnd(cleared, owner.key.range[1]), line);
}

/** Whether a pair begins its line, or the line's list item, so that lines can go below it. */
export function standsAlone(text: string, pair: YamlPair): boolean {
  const at = pair.key.range[0];
  return /^[- ]*$/.test(text.slice(lineStart(text, at), at));
}

/** Edit the parsed document and write it out: for layouts that cannot be spliced. */
export function throughDocument(
  document: YamlDocument,
  edit: () => void
): string {
  edit();
  return document.toString({ lineWidth: 0 });
}
