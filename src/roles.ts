import type { TranslationBundle } from '@jupyterlab/translation';
import type { ITerrariumModel } from './tokens';
import type { Member } from './types';

export type Role = Member['role'];

/** All roles: each may do what those before it may. */
export const ROLES: readonly Role[] = ['viewer', 'editor', 'owner'];

/** The caller's role in a namespace; whoever is not known there only looks. */
export function roleIn(
  model: Pick<ITerrariumModel, 'namespaces'>,
  namespace: string
): Role {
  const known = model.namespaces.find(item => item.name === namespace);
  return known?.role ?? 'viewer';
}

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
