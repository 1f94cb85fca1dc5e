import type { TranslationBundle } from '@jupyterlab/translation';
import type { Member } from './types';

export type Role = Member['role'];

/** All roles: each may do what those before it may. */
export const ROLES: readonly Role[] = ['viewer', 'editor', 'owner'];

/** The word for a role. */
export function roleWord(role: Role, trans: TranslationBundle): string {
  switch (role) {
    case 'viewer':
      return trans.__('viewer');
    case 'editor':
      return trans.__('editor');
    case 'owner':
      return trans.__('owner');
  }
}
