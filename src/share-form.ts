import type { ShareCreate } from './types';

/** What somebody has chosen in the form. */
export interface IShareChoice {
  /** A version's number, or null for "always current". */
  version: number | null;
  rights: 'view' | 'use' | 'copy';
  days: number;
  /** How many people; empty for no limit. */
  people: string;
  /** Names, separated by commas; `group:` before those of groups. */
  only: string;
  note: string;
  /** Whether outputs of a notebook go along. */
  outputs: boolean;
  /** Further forms that may be taken. */
  forms: readonly string[];
}

/** The request that a choice is. */
export function shareRequest(choice: IShareChoice): ShareCreate {
  const people = Number(choice.people);
  return {
    version: choice.version === null ? null : String(choice.version),
    rights: choice.rights,
    expires_days: Math.min(366, Math.max(1, Math.round(choice.days) || 30)),
    max_uses:
      choice.people.trim() && Number.isInteger(people) && people > 0
        ? people
        : null,
    subjects: subjects(choice.only),
    note: choice.note.trim(),
    forms: [...choice.forms]
  };
}

/** `anna, group:geo` as the server names people and groups. */
export function subjects(text: string): string[] {
  return text
    .split(',')
    .map(part => part.trim())
    .filter(part => part !== '')
    .map(part => (/^(user|group):/.test(part) ? part : `user:${part}`));
}
