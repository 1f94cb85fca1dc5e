import { suggestName } from './names';

/** The kinds that the server reads, told by content as in its `models/lockfile_kind.py`. */
export type LockfileKind =
  'conda-lock' | 'pixi' | 'explicit' | 'pylock' | 'requirements';

/** What a glance at a lockfile tells; whether it is a good one, the server says. */
export interface ILockfileText {
  kind: LockfileKind;
  /** Package files, of all platforms. */
  packages: number;
  /** Platforms in the order of the file; none where it does not name any. */
  platforms: readonly string[];
  /** Whether the Python for its packages has to be found first. */
  wantsPython: boolean;
  /** What the environment was called that it was made of; empty when it does not say. */
  name: string;
}

const KEYS =
  /^(version|metadata|package|packages|environments|dependencies):/gm;
const FILE = /:\/\/[^\s#]+\.(conda|tar\.bz2)/;

/** What *text* locks; null when it is no lockfile. */
export function readLockfile(text: string): ILockfileText | null {
  const kind = kindOf(text);
  if (kind === null) {
    return null;
  }
  return {
    kind,
    ...CONTENT[kind](text),
    wantsPython:
      (kind === 'pylock' && !/^conda = \[/m.test(text)) ||
      (kind === 'requirements' && !/^# conda install /m.test(text)),
    name: suggestName(
      /^# terrarium: \S+ [^\s/]+\/([^\s@]+)@/m.exec(text)?.[1] ?? ''
    )
  };
}

function kindOf(text: string): LockfileKind | null {
  const keys = new Set(Array.from(text.matchAll(KEYS), found => found[1]));
  const has = (...names: string[]) => names.every(name => keys.has(name));
  if (has('dependencies')) {
    return null;
  }
  if (has('version', 'metadata', 'package')) {
    return 'conda-lock';
  }
  if (has('version', 'environments')) {
    return 'pixi';
  }
  if (keys.size > 0) {
    return null;
  }
  if (/^[ \t]*@EXPLICIT[ \t]*\r?$/m.test(text)) {
    return 'explicit';
  }
  if (/^lock-version[ \t]*=/m.test(text)) {
    return 'pylock';
  }
  return /^[^#\n]*[ \t]--hash[= ]sha/m.test(text) ? 'requirements' : null;
}

const CONTENT: Record<
  LockfileKind,
  (text: string) => Pick<ILockfileText, 'packages' | 'platforms'>
> = {
  'conda-lock': text => ({
    packages: count(text, /^[- ] +manager:/gm),
    platforms: distinct(text, /^[- ] +platform: *['"]?([^\s'"]+)/gm)
  }),
  pixi: text => {
    const one = /^ {2}default:\r?\n((?: {3,}.*\r?\n|\r?\n)*)/m.exec(text)?.[1];
    return {
      packages: count(one ?? '', /^ +- (conda|pypi):/gm),
      platforms: distinct(one ?? '', /^ {6}([a-z]+-[a-z0-9]+):/gm)
    };
  },
  explicit: text => ({
    packages: files(text, '') + count(text, /^# pip install /gm),
    platforms: platformsOf(text)
  }),
  pylock: text => ({
    packages: count(text, /^\[\[packages\]\]/gm) + files(text, ' *"'),
    platforms: platformsOf(text)
  }),
  requirements: text => ({
    packages:
      count(text, /^[A-Za-z0-9][^#\n]*?(==| @ )/gm) +
      count(text, /^# conda install /gm),
    platforms: platformsOf(text)
  })
};

/** Lines with package files of conda, behind *start*. */
function files(text: string, start: string): number {
  const line = new RegExp(`^${start}[^\\s#"]*${FILE.source}`, 'gm');
  return count(text, line);
}

/** The one platform that our header or conda's names, else those of the files. */
function platformsOf(text: string): string[] {
  const said =
    /^# platform: *(\S+)/m.exec(text) ??
    /^# terrarium: \S+ \S+ ([a-z]+-[a-z0-9]+) sha256:/m.exec(text);
  return said
    ? [said[1]]
    : distinct(text, /\/([a-z]+-[a-z0-9]+)\/[^/\s]+\.(?:conda|tar\.bz2)/gm);
}

function count(text: string, pattern: RegExp): number {
  return Array.from(text.matchAll(pattern)).length;
}

function distinct(text: string, pattern: RegExp): string[] {
  return [...new Set(Array.from(text.matchAll(pattern), found => found[1]))];
}
