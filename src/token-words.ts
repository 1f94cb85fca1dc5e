import type { TranslationBundle } from '@jupyterlab/translation';
import { formatDay } from './card-words';
import type { ApiToken } from './types';

export type Scope = ApiToken['scopes'][number];

/** All scopes: each includes those before it. */
export const SCOPES: readonly Scope[] = ['read', 'propose', 'build', 'manage'];

/** What a scope permits, in words for those who choose. */
export function scopeWords(scope: Scope, trans: TranslationBundle): string {
  switch (scope) {
    case 'read':
      return trans.__('look, and change nothing');
    case 'propose':
      return trans.__('also plan and propose changes');
    case 'build':
      return trans.__('what an editor may: build and share');
    case 'manage':
      return trans.__('what an owner may: also delete');
  }
}

/** The scope of a token that permits most. */
export function highestScope(token: ApiToken): Scope {
  return (
    [...SCOPES].reverse().find(scope => token.scopes.includes(scope)) ?? 'read'
  );
}

/** Whether a token works, and until when. */
export function tokenState(token: ApiToken, trans: TranslationBundle): string {
  switch (token.state) {
    case 'active':
      return token.expires
        ? trans.__('works until %1', formatDay(token.expires))
        : trans.__('works');
    case 'expired':
      return trans.__('expired');
    case 'revoked':
      return trans.__('revoked');
  }
}
