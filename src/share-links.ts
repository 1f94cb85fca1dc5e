import { PageConfig } from '@jupyterlab/coreutils';

/**
 * The query argument that opens a link. Jupyter's and JupyterHub's logs hide the value of
 * every argument whose name contains `token`.
 */
export const SHARE_ARGUMENT = 'terrarium-share-token';

/** The query argument that holds a whole specification. */
export const RECIPE_ARGUMENT = 'terrarium-recipe';

const OURS = [SHARE_ARGUMENT, RECIPE_ARGUMENT];

/** Requests that the router gives to us. */
export const SHARE_PATTERN = new RegExp(`[?&](${OURS.join('|')})=`);

const TOKEN = /^[A-Za-z0-9_-]{22,128}$/;
const RECIPE = /^1\.[A-Za-z0-9_-]+$/;

/** What a link leads to: something of this store, or of elsewhere. */
export type Link =
  | { kind: 'token'; token: string }
  | { kind: 'recipe'; payload: string }
  | { kind: 'foreign'; address: string; host: string };

/** What is in a query (`?a=b&c=d`), or null. */
export function linkIn(search: string): Link | null {
  const values = new URLSearchParams(search);
  const token = values.get(SHARE_ARGUMENT) ?? '';
  const payload = values.get(RECIPE_ARGUMENT) ?? '';
  if (TOKEN.test(token)) {
    return { kind: 'token', token };
  }
  return RECIPE.test(payload) ? { kind: 'recipe', payload } : null;
}

/** What somebody has pasted, or null when it is no link; *here* is this page's address. */
export function readLink(pasted: string, here: string): Link | null {
  const text = pasted.trim();
  if (RECIPE.test(text)) {
    return { kind: 'recipe', payload: text };
  }
  if (TOKEN.test(text)) {
    return { kind: 'token', token: text };
  }
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    // A person has typed it: no link is an answer.
    return null;
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    return null;
  }
  const inside = linkIn(url.search);
  if (inside?.kind === 'recipe') {
    return inside;
  }
  return inside && url.host === new URL(here).host
    ? inside
    : { kind: 'foreign', address: text, host: url.host };
}

/** A path with query, without the arguments that are ours; the others stay as they are. */
export function withoutShare(request: string): string {
  const [beforeHash, ...hash] = request.split('#');
  const [path, query = ''] = beforeHash.split('?', 2);
  const kept = query
    .split('&')
    .filter(part => part !== '' && !OURS.includes(part.split('=')[0]));
  return (
    path +
    (kept.length > 0 ? `?${kept.join('&')}` : '') +
    (hash.length > 0 ? `#${hash.join('#')}` : '')
  );
}

/** The address that opens a link for a colleague; on a hub it logs in and starts a server. */
export function shareLink(token: string): string {
  return pageWith(SHARE_ARGUMENT, token);
}

/** The address that shows a recipe in any JupyterLab that has Terrarium. */
export function recipeLink(payload: string): string {
  return pageWith(RECIPE_ARGUMENT, payload);
}

function pageWith(argument: string, value: string): string {
  const page = PageConfig.getUrl({
    toShare: true,
    mode: 'multiple-document',
    workspace: PageConfig.defaultWorkspace,
    treePath: ''
  });
  const url = new URL(page, window.location.href);
  url.searchParams.set(argument, value);
  return url.href;
}

/** Whether only this machine can open an address. */
export function isLocal(href: string): boolean {
  const { hostname } = new URL(href);
  return (
    hostname === 'localhost' ||
    hostname.endsWith('.localhost') ||
    hostname === '[::1]' ||
    /^127(\.\d+){3}$/.test(hostname)
  );
}
