/**
 * Between the form and the text of a specification.
 *
 * The text is the only truth: the form is read from it, and every edit of the form is an edit of
 * the text that leaves comments and layout alone (see `yaml-edit.ts`).
 */

import { isAlias, isMap, isScalar, isSeq, visit } from 'yaml';
import type { ParsedNode, YAMLSeq } from 'yaml';

import { isEmptyValue, parseYaml } from './yaml-places';
import type { Path, YamlDocument, YamlPair } from './yaml-places';

/** Where something stands; counts from 1. */
export interface IPlaceInText {
  line: number;
  column: number;
}

/** One line of the specification as the form shows it. */
export interface ISpecEntry {
  /** The value as written, without quotes. */
  text: string;
  /** The list that holds it. */
  list: Path;
  index: number;
  /** Key path as the server names it, e.g. `dependencies/3`. */
  path: string;
  line: number;
  /** What its writer noted behind it, without the `#`. */
  comment: string;
}

/** A conda package of `dependencies`. */
export interface IPackageEntry extends ISpecEntry {
  /** `chan` of `chan::pkg`, or empty. */
  channel: string;
  name: string;
  /** Everything behind the name, e.g. `>=2` or `=3.12`; empty for any version. */
  constraint: string;
}

/** A key with its value, of `variables` or `runs-on`. */
export interface IKeyEntry {
  key: string;
  value: string;
  path: string;
  line: number;
}

/** What the form shows. */
export interface ISpecForm {
  name: string;
  channels: ISpecEntry[];
  platforms: ISpecEntry[];
  packages: IPackageEntry[];
  pip: ISpecEntry[];
  runsOn: IKeyEntry[];
  variables: IKeyEntry[];
}

/** The form of a text that says nothing. */
export const EMPTY_FORM: ISpecForm = {
  name: '',
  channels: [],
  platforms: [],
  packages: [],
  pip: [],
  runsOn: [],
  variables: []
};

/** Something that keeps the form from reading the text. */
export interface ITextError extends IPlaceInText {
  kind: 'syntax' | 'no-mapping' | 'alias' | 'want-list' | 'want-mapping';
  /** The YAML parser's words, for `syntax`. */
  message: string;
  /** The key at fault, for `want-list` and `want-mapping`. */
  key: string;
}

/** A form, or the reason why there is none. */
export type SpecReading =
  { form: ISpecForm; error: null } | { form: null; error: ITextError };

/** The lists and mappings of a specification at the top level, by their kind. */
const LISTS = ['channels', 'platforms', 'dependencies'];
const MAPPINGS = ['variables', 'runs-on'];

/** Read the form from *text*. Never throws: what cannot be read is `error`. */
export function readSpec(text: string): SpecReading {
  const document = parseYaml(text);
  const error = syntaxError(document) ?? shapeError(text, document);
  if (error) {
    return { form: null, error };
  }
  const pip = pipSection(document);
  return {
    form: {
      name: scalarOf(document.getIn(['name'], true)),
      channels: entries(text, document, ['channels']),
      platforms: entries(text, document, ['platforms']),
      packages: entries(text, document, ['dependencies']).map(entry => ({
        ...entry,
        ...splitPackage(entry.text)
      })),
      pip: pip ? entries(text, document, pip) : [],
      runsOn: keys(text, document, 'runs-on'),
      variables: keys(text, document, 'variables')
    },
    error: null
  };
}

/** The list that pip requirements go into: its path, or null when there is no `pip:` yet. */
export function pipSection(document: YamlDocument): Path | null {
  const list = document.getIn(['dependencies'], true);
  if (!isSeq(list)) {
    return null;
  }
  const index = list.items.findIndex(item => isMap(item) && item.has('pip'));
  return index < 0 ? null : ['dependencies', index, 'pip'];
}

/** Take `chan::name constraint` apart; every MatchSpec form keeps its own words. */
export function splitPackage(text: string): {
  channel: string;
  name: string;
  constraint: string;
} {
  const found = /^(?:(.*)::)?\s*([^\s=<>!~[\]:]+)\s*([\s\S]*)$/.exec(
    text.trim()
  );
  if (!found) {
    return { channel: '', name: text.trim(), constraint: '' };
  }
  return { channel: found[1] ?? '', name: found[2], constraint: found[3] };
}

/** Put a package together as people write it: `python=3.12`, `pandas >=2`, `chan::pkg`. */
export function joinPackage(
  channel: string,
  name: string,
  constraint: string
): string {
  const wanted = constraint.trim();
  const head = channel ? `${channel}::${name}` : name;
  if (wanted === '') {
    return head;
  }
  if (/^[=[]/.test(wanted)) {
    return head + wanted;
  }
  // A bare version means "this one and its patches", which conda writes with one `=`.
  return /^[0-9][^\s,|*]*$/.test(wanted)
    ? `${head}=${wanted}`
    : `${head} ${wanted}`;
}

/** A constraint as the version field shows it: `=3.12` is read as `3.12`. */
export function shownConstraint(constraint: string): string {
  return constraint.replace(/^=(?=[^=])/, '');
}

/** Line and column of an offset in *text*. */
export function placeOf(text: string, offset: number): IPlaceInText {
  const before = text.slice(0, offset);
  const start = before.lastIndexOf('\n') + 1;
  return { line: before.split('\n').length, column: offset - start + 1 };
}

function syntaxError(document: YamlDocument): ITextError | null {
  const first = document.errors[0];
  if (!first) {
    return null;
  }
  const at = first.linePos?.[0];
  // The parser's message ends in the place and a picture of the line; both are shown anyway.
  const message = first.message
    .split('\n')[0]
    .replace(/ at line \d+, column \d+:?$/, '');
  const place = { line: at?.line ?? 1, column: at?.col ?? 1 };
  return { kind: 'syntax', message, key: '', ...place };
}

/** Valid YAML in shapes that the form has no fields for. */
function shapeError(text: string, document: YamlDocument): ITextError | null {
  const at = (
    node: ParsedNode | null | undefined,
    kind: ITextError['kind'],
    key = ''
  ) => ({ ...placeOf(text, node?.range[0] ?? 0), kind, key, message: '' });
  const root = document.contents;
  if (isEmptyValue(root) && !isSeq(root)) {
    return null;
  }
  if (!isMap<ParsedNode, ParsedNode | null>(root)) {
    return at(root, 'no-mapping');
  }
  let alias: ParsedNode | null = null;
  visit(document, {
    Alias: (_, node) => {
      alias = node as ParsedNode;
      return visit.BREAK;
    }
  });
  if (alias) {
    return at(alias, 'alias');
  }
  for (const pair of root.items) {
    const key = scalarOf(pair.key);
    const wrong = LISTS.includes(key)
      ? !isSeq(pair.value)
      : MAPPINGS.includes(key) && !isMap(pair.value);
    if (wrong && !isEmptyValue(pair.value)) {
      const kind = LISTS.includes(key) ? 'want-list' : 'want-mapping';
      return at(pair.value, kind, key);
    }
  }
  const pip = pipSection(document);
  const section = pip ? document.getIn(pip, true) : null;
  return isSeq(section) || isEmptyValue(section)
    ? null
    : at(section as ParsedNode, 'want-list', 'pip');
}

function entries(
  text: string,
  document: YamlDocument,
  list: Path
): ISpecEntry[] {
  const seq = document.getIn(list, true);
  return ((isSeq(seq) ? seq : { items: [] }) as YAMLSeq<ParsedNode>).items
    .map((item, index) => ({ item, index }))
    .filter(({ item }) => isScalar(item))
    .map(({ item, index }) => ({
      text: scalarOf(item),
      list,
      index,
      path: [...list, index].join('/'),
      line: placeOf(text, item.range[0]).line,
      comment: item.comment?.trim() ?? ''
    }));
}

function keys(text: string, document: YamlDocument, name: string): IKeyEntry[] {
  const map = document.getIn([name], true);
  const pairs = isMap(map) ? (map.items as YamlPair[]) : [];
  return pairs
    .filter(pair => isScalar(pair.key))
    .map(pair => ({
      key: scalarOf(pair.key),
      value: scalarOf(pair.value),
      path: `${name}/${scalarOf(pair.key)}`,
      line: placeOf(text, pair.key.range[0]).line
    }));
}

/** A scalar as written: `3.10` stays `3.10`; what is no scalar is empty. */
function scalarOf(node: unknown): string {
  if (!isScalar(node) || isAlias(node) || node.value === null) {
    return '';
  }
  return typeof node.value === 'string'
    ? node.value
    : (node.source ?? String(node.value));
}
