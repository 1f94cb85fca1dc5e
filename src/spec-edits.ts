/** The edits that the form makes to the text of a specification, by the form's own words. */

import { isMap, isSeq } from 'yaml';
import type { ParsedNode } from 'yaml';

import { joinPackage, pipSection, readSpec } from './spec-yaml';
import type { IPackageEntry, ISpecEntry } from './spec-yaml';
import {
  insertItem,
  moveItem,
  removeItem,
  removeKey,
  renameKey,
  setKey,
  setScalar
} from './yaml-edit';
import { parseYaml, scalarText, splice } from './yaml-places';

/** A text to a text; what the form hands to the editor model. */
export type SpecEdit = (text: string) => string;

/** Set the `name:`. */
export function setName(name: string): SpecEdit {
  return text => setKey(text, [], 'name', name);
}

/** Add a channel, with the lowest priority. */
export function addChannel(channel: string): SpecEdit {
  return text => insertItem(text, ['channels'], channel);
}

/** Add a package in front of a `pip:` section at the end, where people expect it. */
export function addPackage(entry: string): SpecEdit {
  return text => {
    const list = parseYaml(text).getIn(['dependencies'], true);
    const last = isSeq(list) ? list.items.length - 1 : -1;
    const beforePip = isSeq(list) && last > 0 && isMap(list.items[last]);
    const index = beforePip ? last : undefined;
    return insertItem(text, ['dependencies'], entry, index);
  };
}

/** Ask for another version of a package; its channel and comment stay. */
export function setConstraint(
  entry: IPackageEntry,
  constraint: string
): SpecEdit {
  return setEntry(entry, joinPackage(entry.channel, entry.name, constraint));
}

/** Add a pip requirement, with the `pip:` section if there is none. */
export function addPip(requirement: string): SpecEdit {
  return text => {
    const section = pipSection(parseYaml(text));
    if (section) {
      return insertItem(text, section, requirement);
    }
    // First an item that takes the section's place: the list's own layout decides where.
    const marked = insertItem(text, ['dependencies'], 'pip-section');
    const list = parseYaml(marked).getIn(['dependencies'], true);
    if (!isSeq<ParsedNode>(list)) {
      return text;
    }
    const index = list.items.length - 1;
    const { range } = list.items[index];
    if (list.flow) {
      const item = scalarText(requirement, undefined, true);
      return splice(marked, range, `pip: [${item}]`);
    }
    const withKey = splice(marked, range, 'pip:');
    return insertItem(withKey, ['dependencies', index, 'pip'], requirement);
  };
}

/** Replace an entry's text. */
export function setEntry(entry: ISpecEntry, value: string): SpecEdit {
  return text => setScalar(text, [...entry.list, entry.index], value);
}

/** Remove an entry; the last pip requirement takes the `pip:` line with it. */
export function removeEntry(entry: ISpecEntry): SpecEdit {
  return text => {
    const rest = removeItem(text, entry.list, entry.index);
    const wasPip = entry.list[entry.list.length - 1] === 'pip';
    const list = parseYaml(rest).getIn(entry.list, true);
    return wasPip && isSeq(list) && list.items.length === 0
      ? removeItem(rest, ['dependencies'], Number(entry.list[1]))
      : rest;
  };
}

/** Move an entry up (-1) or down (1) in its list. */
export function moveEntry(entry: ISpecEntry, by: number): SpecEdit {
  return text => moveItem(text, entry.list, entry.index, entry.index + by);
}

/** Solve for *platform* too, or no longer; *host* is what an empty list means. */
export function setPlatform(
  platform: string,
  wanted: boolean,
  host: string
): SpecEdit {
  return text => {
    const listed = readSpec(text).form?.platforms ?? [];
    const entry = listed.find(item => item.text === platform);
    if (!wanted) {
      return entry ? removeEntry(entry)(text) : text;
    }
    if (entry) {
      return text;
    }
    const first =
      listed.length === 0 && platform !== host
        ? insertItem(text, ['platforms'], host)
        : text;
    return insertItem(first, ['platforms'], platform);
  };
}

/** Set or, with an empty value, remove one virtual package override. */
export function setRunsOn(key: string, value: string): SpecEdit {
  return text =>
    value.trim() === ''
      ? removeKey(text, ['runs-on'], key)
      : setKey(text, ['runs-on'], key, value.trim());
}

/** Set a variable; it is made when it is new. */
export function setVariable(key: string, value: string): SpecEdit {
  return text => setKey(text, ['variables'], key, value);
}

/** Remove a variable. */
export function removeVariable(key: string): SpecEdit {
  return text => removeKey(text, ['variables'], key);
}

/** Rename a variable; its place and comment stay. */
export function renameVariable(key: string, name: string): SpecEdit {
  return text => renameKey(text, ['variables'], key, name);
}
