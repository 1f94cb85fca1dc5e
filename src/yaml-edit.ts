/**
 * Edits of YAML text that touch only the lines they are about.
 *
 * The document is parsed for the places of its nodes and the text itself is spliced, so every
 * comment, blank line, quote and indentation elsewhere stays byte for byte as its writer left it.
 * Where the layout leaves no place to splice (say, comments inside a flow collection), the edit
 * goes through the parsed document, which keeps comments too but may re-indent.
 */

import { isCollection, isMap, isScalar, isSeq } from 'yaml';
import type { ParsedNode } from 'yaml';

import {
  dashAt,
  endOf,
  flowItems,
  indentOf,
  insertBelow,
  insertLine,
  isBlock,
  itemEnd,
  lineBreak,
  lineStart,
  listIndent,
  pairAt,
  parseYaml,
  scalarText,
  splice,
  standsAlone,
  terminated,
  throughDocument,
  withComments,
  writeFlow
} from './yaml-places';
import type { Path, YamlDocument, YamlPair } from './yaml-places';

/** Order in which new top-level keys are placed. */
const KEY_ORDER = [
  'name',
  'channels',
  'platforms',
  'dependencies',
  'variables',
  'runs-on',
  'checks',
  'modules'
];

/** Put *value* at *index* (default: the end) of the list at *path*, making the list if needed. */
export function insertItem(
  text: string,
  path: Path,
  value: string,
  index?: number
): string {
  const document = parseYaml(text);
  const node = document.getIn(path, true);
  const seq = isSeq(node) ? node : null;
  const at = Math.min(index ?? Infinity, seq?.items.length ?? 0);
  if (seq && seq.items.length > 0) {
    if (isBlock(seq, text)) {
      // Right below the item before it: a blank line or comment heads the one after it.
      const place =
        at > 0 ? itemEnd(text, seq, at - 1) : lineStart(text, dashAt(seq, 0));
      return insertLine(
        text,
        place,
        `${indentOf(text, dashAt(seq, 0))}- ${scalarText(value)}`
      );
    }
    const items = flowItems(text, seq);
    if (items) {
      items.splice(at, 0, scalarText(value, undefined, true));
      return writeFlow(text, seq, items);
    }
    return throughDocument(document, () =>
      seq.items.splice(at, 0, document.createNode(value))
    );
  }
  const line = `- ${scalarText(value)}`;
  const owner = pairAt(document, path);
  if (owner && !standsAlone(text, owner)) {
    return throughDocument(document, () => document.setIn(path, [value]));
  }
  if (owner) {
    const indent =
      indentOf(text, owner.key.range[0]) + listIndent(document, text);
    return insertBelow(text, owner, indent + line);
  }
  return insertPair(
    text,
    document,
    String(path[0]),
    `\n${listIndent(document, text)}${line}`
  );
}

/** Take item *index* out of the list at *path*; the last one leaves `[]`. */
export function removeItem(text: string, path: Path, index: number): string {
  const document = parseYaml(text);
  const seq = document.getIn(path, true);
  if (!isSeq(seq) || index >= seq.items.length) {
    return text;
  }
  if (isBlock(seq, text)) {
    const start = lineStart(text, dashAt(seq, index));
    const rest = text.slice(0, start) + text.slice(itemEnd(text, seq, index));
    const key = pairAt(document, path)?.key;
    if (seq.items.length > 1 || !key) {
      return rest;
    }
    // The key stands before its list, so its place in `rest` is unchanged.
    const colon = key.range[1] + rest.slice(key.range[1]).indexOf(':') + 1;
    return splice(rest, [colon, colon], ' []');
  }
  const items = flowItems(text, seq);
  if (items) {
    items.splice(index, 1);
    return writeFlow(text, seq, items);
  }
  return throughDocument(document, () => seq.items.splice(index, 1));
}

/** Move an item of the list at *path*; the comments directly above it go with it. */
export function moveItem(
  text: string,
  path: Path,
  from: number,
  to: number
): string {
  const document = parseYaml(text);
  const seq = document.getIn(path, true);
  if (!isSeq(seq) || from === to || !seq.items[from] || !seq.items[to]) {
    return text;
  }
  const items = flowItems(text, seq);
  if (!isBlock(seq, text) && items) {
    items.splice(to, 0, ...items.splice(from, 1));
    return writeFlow(text, seq, items);
  }
  if (!isBlock(seq, text)) {
    return throughDocument(document, () => {
      seq.items.splice(to, 0, ...seq.items.splice(from, 1));
    });
  }
  const chunks = seq.items.map((_, index) => ({
    // A comment above the first item heads the whole list.
    start:
      index === 0
        ? lineStart(text, dashAt(seq, 0))
        : withComments(text, dashAt(seq, index)),
    end: itemEnd(text, seq, index)
  }));
  const gaps = chunks
    .slice(1)
    .map((chunk, index) => text.slice(chunks[index].end, chunk.start));
  const bodies = chunks.map(chunk =>
    terminated(text, text.slice(chunk.start, chunk.end))
  );
  bodies.splice(to, 0, ...bodies.splice(from, 1));
  const body = bodies
    .map((chunk, index) => chunk + (gaps[index] ?? ''))
    .join('');
  return splice(text, [chunks[0].start, chunks[chunks.length - 1].end], body);
}

/** Replace the scalar at *path* (a list item, or a key's value that exists). */
export function setScalar(text: string, path: Path, value: string): string {
  const document = parseYaml(text);
  const node = document.getIn(path, true);
  if (!isScalar(node) || !node.range) {
    return throughDocument(document, () => document.setIn(path, value));
  }
  const [start, end] = node.range;
  const parent =
    path.length > 1
      ? document.getIn(path.slice(0, -1), true)
      : document.contents;
  const inFlow = isCollection(parent) && parent.flow === true;
  // Quotes stay where their writer chose them, not where the old value needed them.
  const chosen = scalarText(String(node.value)) === String(node.value);
  let written = scalarText(value, chosen ? node.type : undefined, inFlow);
  if (start === end) {
    const follows = text[end] === '#' ? ' ' : '';
    written =
      (/[:-]/.test(text[start - 1] ?? '') ? ' ' : '') + written + follows;
  } else if (text[end - 1] === '\n') {
    written += lineBreak(text);
  }
  return splice(text, [start, end], written);
}

/** Set *key* of the mapping at *path* (empty path: the document), making both if needed. */
export function setKey(
  text: string,
  path: Path,
  key: string,
  value: string
): string {
  const document = parseYaml(text);
  const full = [...path, key];
  if (pairAt(document, full)) {
    return setScalar(text, full, value);
  }
  const line = `${scalarText(key)}: ${scalarText(value)}`;
  if (path.length === 0) {
    return insertPair(text, document, key, ` ${scalarText(value)}`);
  }
  const map = document.getIn(path, true);
  if (isMap(map) && map.items.length > 0) {
    if (isBlock(map, text)) {
      const last = map.items[map.items.length - 1] as YamlPair;
      const indent = indentOf(text, (map.items[0] as YamlPair).key.range[0]);
      return insertLine(text, endOf(text, last), indent + line);
    }
    return throughDocument(document, () => document.setIn(full, value));
  }
  const owner = pairAt(document, path);
  if (owner && !standsAlone(text, owner)) {
    return throughDocument(document, () =>
      document.setIn(path, { [key]: value })
    );
  }
  if (owner) {
    return insertBelow(text, owner, `  ${line}`);
  }
  return insertPair(text, document, String(path[0]), `\n  ${line}`);
}

/** Take *key* out of the mapping at *path*; the last one leaves `{}`. */
export function removeKey(text: string, path: Path, key: string): string {
  const document = parseYaml(text);
  const pair = pairAt(document, [...path, key]);
  const map = path.length ? document.getIn(path, true) : document.contents;
  if (!pair || !isMap(map)) {
    return text;
  }
  if (!isBlock(map, text)) {
    return throughDocument(document, () => document.deleteIn([...path, key]));
  }
  const start = lineStart(text, pair.key.range[0]);
  const rest = text.slice(0, start) + text.slice(endOf(text, pair));
  const owner = path.length ? pairAt(document, path)?.key : undefined;
  if (map.items.length > 1 || !owner) {
    return rest;
  }
  const colon = owner.range[1] + rest.slice(owner.range[1]).indexOf(':') + 1;
  return splice(rest, [colon, colon], ' {}');
}

/** Give *key* of the mapping at *path* another name. */
export function renameKey(
  text: string,
  path: Path,
  key: string,
  name: string
): string {
  const pair = pairAt(parseYaml(text), [...path, key]);
  return pair ? splice(text, pair.key.range, scalarText(name)) : text;
}

/** Write a new top-level key with *value* (text after the colon) after those that precede it. */
function insertPair(
  text: string,
  document: YamlDocument,
  key: string,
  value: string
): string {
  const root = document.contents;
  const written = `${key}:${value.replace(/\n/g, lineBreak(text))}`;
  if (root === null || (isScalar(root) && root.value === null)) {
    return insertLine(text, text.length, written);
  }
  if (!isMap<ParsedNode, ParsedNode | null>(root)) {
    return text;
  }
  if (!isBlock(root, text)) {
    return throughDocument(document, () => {
      document.set(key, parseYaml(`x:${value}`).get('x', true));
    });
  }
  const rank = KEY_ORDER.indexOf(key);
  const earlier = root.items.filter(pair => {
    const other = KEY_ORDER.indexOf(
      isScalar(pair.key) ? String(pair.key.value) : ''
    );
    return rank < 0 || (other >= 0 && other < rank);
  });
  const before = earlier[earlier.length - 1];
  const offset = before
    ? endOf(text, before)
    : lineStart(text, root.items[0].key.range[0]);
  return insertLine(text, offset, written);
}
