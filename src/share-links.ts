import { PageConfig } from '@jupyterlab/coreutils';

/**
 * The query argument that opens a link. Jupyter's and JupyterHub's logs hide the value of
 * every argument whose name contains `token`.
 */
export const SHARE_ARGUMENT = 'terrarium-share-token';

/** Requests that the router gives to us. */
export const SHARE_PATTERN = new RegExp(`[?&]${SHARE_ARGUMENT}=`);

const TOKEN = /^[A-Za-z0-9_-]{22,128}$/;

/** The token in a query (`?a=b&c=d`), or null. */
export function tokenIn(search: string): string | null {
  const token = new URLSearchParams(search).get(SHARE_ARGUMENT);
  return token !== null && TOKEN.test(token) ? token : null;
}

/** A path with query, without the arguments that are ours; the others stay as they are. */
export function withoutShare(request: string): string {
  const [beforeHash, ...hash] = request.split('#');
  const [path, query = ''] = beforeHash.split('?', 2);
  const kept = query
    .split('&')
    .filter(part => part !== '' && !part.startsWith(`${SHARE_ARGUMENT}=`));
  return (
    path +
    (kept.length > 0 ? `?${kept.join('&')}` : '') +
    (hash.length > 0 ? `#${hash.join('#')}` : '')
  );
}

/** The address that opens a link for a colleague; on a hub it logs in and starts a server. */
export function shareLink(token: string): string {
  const page = PageConfig.getUrl({
    toShare: true,
    mode: 'multiple-document',
    workspace: PageConfig.defaultWorkspace,
    treePath: ''
  });
  const url = new URL(page, window.location.href);
  url.searchParams.set(SHARE_ARGUMENT, token);
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
