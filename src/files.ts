const SPECIFICATION = /^(.+[-_.])?env(ironment)?([-_.].+)?\.ya?ml$/i;
/** As conda-lock, pixi, conda and pip name what they write, and as our exports are called. */
const LOCKFILE = new RegExp(
  [
    '(.+[-_.])?conda-lock([-_.].+)?\\.ya?ml',
    '(.+\\.)?pixi\\.lock',
    '(.+[-_.])?explicit([-_.].+)?\\.txt',
    'conda-.+\\.lock',
    'pylock(\\.[^.]+)?\\.toml',
    '(.+[-_.])?requirements([-_.].+)?\\.txt'
  ]
    .map(one => `^${one}$`)
    .join('|'),
  'i'
);

/** Whether a file of this name is likely to be an offline bundle or a capsule. */
export function isBundle(fileName: string): boolean {
  return /\.(tar|tar\.zst|tar\.gz|capsule)$/i.test(fileName);
}

/** Whether a file of this name is likely to be an `environment.yml`. */
export function isSpecification(fileName: string): boolean {
  return SPECIFICATION.test(fileName) && !isLockfile(fileName);
}

/** Whether a file of this name is likely to be a lockfile that the server reads. */
export function isLockfile(fileName: string): boolean {
  return LOCKFILE.test(fileName);
}
