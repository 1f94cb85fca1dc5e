const SPECIFICATION = /^(.+[-_.])?env(ironment)?([-_.].+)?\.ya?ml$/i;
const LOCKFILE = /^(.+[-_.])?conda-lock([-_.].+)?\.ya?ml$/i;

/** Whether a file of this name is likely to be an `environment.yml`. */
export function isSpecification(fileName: string): boolean {
  return SPECIFICATION.test(fileName) && !isLockfile(fileName);
}

/** Whether a file of this name is likely to be a conda-lock lockfile. */
export function isLockfile(fileName: string): boolean {
  return LOCKFILE.test(fileName);
}
