/** The rule for names of environments and namespaces, as the server's `models/names.py`. */

const NAME = /^[a-z0-9]+(?:[._-][a-z0-9]+)*$/;
const MAX_NAME_LENGTH = 63;

/** Whether *text* may name an environment. */
export function isName(text: string): boolean {
  return text.length <= MAX_NAME_LENGTH && NAME.test(text);
}

/** The nearest valid name to *text*, or an empty string when nothing is left of it. */
export function suggestName(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/[._-]{2,}/g, '-')
    .replace(/^[._-]+|[._-]+$/g, '')
    .slice(0, MAX_NAME_LENGTH)
    .replace(/[._-]+$/, '');
}

/** A name for what stands in a file: its folder for `environment.yml`, else its own. */
export function nameOfFile(path: string): string {
  const parts = path.split('/').filter(part => part !== '');
  const file = (parts.pop() ?? '').replace(/\.[^.]*$/, '');
  const generic = /^(environment|conda|env|spec)$/i.test(file);
  return suggestName(generic ? (parts.pop() ?? file) : file);
}
