import type { TranslationBundle } from '@jupyterlab/translation';
import type { AuditEntry } from './types';

/** What was done, and what was to be done. */
type Phrases = readonly [done: string, refused: string];

/** `berta deleted team/analysis`; of what was refused: `berta wanted to delete team/analysis`. */
export function auditSentence(
  line: AuditEntry,
  me: string,
  trans: TranslationBundle
): string {
  const who = line.user === me ? trans.__('You') : line.user;
  const phrases = phrasesOf(line, who, trans);
  if (!phrases) {
    return trans.__('%1: %2 %3', who, line.action, line.target).trim();
  }
  return `${phrases[line.outcome === 'done' ? 0 : 1].trim()}.`;
}

/** What else is known: who got which role, settings, where it came from. */
export function auditDetails(
  line: AuditEntry,
  trans: TranslationBundle
): string[] {
  const told = Object.entries(line.data)
    .filter(([key]) => key !== 'member')
    .map(([key, value]) =>
      value === true
        ? key
        : value === false
          ? trans.__('no %1', key)
          : trans.__(
              '%1: %2',
              key.replace(/_/g, ' '),
              Array.isArray(value) ? value.join(', ') : String(value)
            )
    );
  const origin = {
    shell: trans.__('in the shell'),
    socket: trans.__('on the machine of the store')
  }[line.origin];
  return [
    ...told,
    origin ?? (line.origin ? trans.__('from %1', line.origin) : '')
  ].filter(Boolean);
}

/** What lines can be about: the noun of their actions, and a word for it. */
export function auditNouns(
  trans: TranslationBundle
): readonly (readonly [noun: string, words: string])[] {
  return [
    ['environment', trans.__('environments')],
    ['version', trans.__('versions')],
    ['artifact', trans.__('other forms')],
    ['pointer', trans.__('pointers')],
    ['member', trans.__('members')],
    ['share', trans.__('links')],
    ['proposal', trans.__('proposals')],
    ['token', trans.__('tokens')],
    ['namespace', trans.__('namespaces')],
    ['kernel', trans.__('pinned kernels')],
    ['scratch', trans.__('scratch layers')],
    ['build', trans.__('builds')],
    ['record', trans.__('records of notebooks')],
    ['person', trans.__('transfers')],
    ['cleanup', trans.__('clean-up')],
    ['cache', trans.__('the package cache')]
  ];
}

/** An id says nothing to people: only names are told. */
function targetOf(line: AuditEntry, trans: TranslationBundle): string {
  const namespace = line.namespace ?? '';
  if (/[/@]/.test(line.target)) {
    return line.target;
  }
  return line.action.startsWith('environment.')
    ? trans.__('an environment of %1', namespace)
    : namespace;
}

function memberOf(line: AuditEntry, trans: TranslationBundle): string {
  const { member } = line.data;
  if (typeof member !== 'string') {
    return '';
  }
  return member.startsWith('group:')
    ? trans.__('the group %1', member.slice('group:'.length))
    : member.replace(/^user:/, '');
}

function phrasesOf(
  line: AuditEntry,
  who: string,
  trans: TranslationBundle
): Phrases | undefined {
  const what = targetOf(line, trans);
  const member = memberOf(line, trans);
  const table: Record<string, Phrases> = {
    'environment.create': [
      trans.__('%1 made %2', who, what),
      trans.__('%1 wanted to make %2', who, what)
    ],
    'environment.update': [
      trans.__('%1 changed %2', who, what),
      trans.__('%1 wanted to change %2', who, what)
    ],
    'environment.copy': [
      trans.__('%1 copied %2', who, what),
      trans.__('%1 wanted to copy %2', who, what)
    ],
    'environment.delete': [
      trans.__('%1 deleted %2', who, what),
      trans.__('%1 wanted to delete %2', who, what)
    ],
    'environment.restore': [
      trans.__('%1 restored %2', who, what),
      trans.__('%1 wanted to restore %2', who, what)
    ],
    'artifact.make': [
      trans.__('%1 took %2 along in another form', who, what),
      trans.__('%1 wanted to take %2 along in another form', who, what)
    ],
    'artifact.cancel': [
      trans.__('%1 stopped making another form of %2', who, what),
      trans.__('%1 wanted to stop making another form of %2', who, what)
    ],
    'version.create': [
      trans.__('%1 made a new version of %2', who, what),
      trans.__('%1 wanted to make a new version of %2', who, what)
    ],
    'version.update': [
      trans.__('%1 changed the note of %2', who, what),
      trans.__('%1 wanted to change the note of %2', who, what)
    ],
    'version.build': [
      trans.__('%1 built %2 again', who, what),
      trans.__('%1 wanted to build %2 again', who, what)
    ],
    'version.repair': [
      trans.__('%1 verified and repaired %2', who, what),
      trans.__('%1 wanted to verify and repair %2', who, what)
    ],
    'pointer.put': [
      trans.__('%1 moved the pointer %2', who, what),
      trans.__('%1 wanted to move the pointer %2', who, what)
    ],
    'pointer.delete': [
      trans.__('%1 removed the pointer %2', who, what),
      trans.__('%1 wanted to remove the pointer %2', who, what)
    ],
    'member.put': [
      trans.__('%1 gave %3 a role in %2', who, what, member),
      trans.__('%1 wanted to give %3 a role in %2', who, what, member)
    ],
    'member.remove': [
      trans.__('%1 took the role of %3 in %2 away', who, what, member),
      trans.__('%1 wanted to take the role of %3 in %2 away', who, what, member)
    ],
    'share.create': [
      trans.__('%1 made a link to %2', who, what),
      trans.__('%1 wanted to make a link to %2', who, what)
    ],
    'share.revoke': [
      trans.__('%1 revoked a link of %2', who, what),
      trans.__('%1 wanted to revoke a link of %2', who, what)
    ],
    'share.use': [
      trans.__('%1 used a link of %2', who, what),
      trans.__('%1 wanted to use a link of %2', who, what)
    ],
    'share.copy': [
      trans.__('%1 copied from a link of %2', who, what),
      trans.__('%1 wanted to copy from a link of %2', who, what)
    ],
    'proposal.create': [
      trans.__('%1 proposed a change of %2', who, what),
      trans.__('%1 wanted to propose a change of %2', who, what)
    ],
    'proposal.approve': [
      trans.__('%1 approved a proposal in %2', who, what),
      trans.__('%1 wanted to approve a proposal in %2', who, what)
    ],
    'proposal.decline': [
      trans.__('%1 declined a proposal in %2', who, what),
      trans.__('%1 wanted to decline a proposal in %2', who, what)
    ],
    'proposal.withdraw': [
      trans.__('%1 withdrew a proposal in %2', who, what),
      trans.__('%1 wanted to withdraw a proposal in %2', who, what)
    ],
    'token.create': [
      trans.__('%1 made a token', who),
      trans.__('%1 wanted to make a token', who)
    ],
    'token.revoke': [
      trans.__('%1 revoked a token', who),
      trans.__('%1 wanted to revoke a token', who)
    ],
    'namespace.create': [
      trans.__('%1 made the namespace %2', who, what),
      trans.__('%1 wanted to make the namespace %2', who, what)
    ],
    'namespace.update': [
      trans.__('%1 changed the namespace %2', who, what),
      trans.__('%1 wanted to change the namespace %2', who, what)
    ],
    'kernel.pin': [
      trans.__('%1 gave a version of %2 a kernel', who, what),
      trans.__('%1 wanted to give a version of %2 a kernel', who, what)
    ],
    'kernel.unpin': [
      trans.__('%1 removed a pinned kernel of %2', who, what),
      trans.__('%1 wanted to remove a pinned kernel of %2', who, what)
    ],
    'scratch.create': [
      trans.__('%1 tried %2 out', who, what),
      trans.__('%1 wanted to try %2 out', who, what)
    ],
    'scratch.discard': [
      trans.__('%1 discarded a scratch layer', who),
      trans.__('%1 wanted to discard a scratch layer', who)
    ],
    'build.cancel': [
      trans.__('%1 cancelled a build in %2', who, what),
      trans.__('%1 wanted to cancel a build in %2', who, what)
    ],
    'record.use': [
      trans.__('%1 got the environment that a notebook records', who),
      trans.__('%1 wanted the environment that a notebook records', who)
    ],
    'person.transfer': [
      trans.__('%1 transferred what a person owns', who),
      trans.__('%1 wanted to transfer what a person owns', who)
    ],
    'cleanup.apply': [
      trans.__('%1 cleaned up', who),
      trans.__('%1 wanted to clean up', who)
    ],
    'cache.repair': [
      trans.__('%1 verified the package cache', who),
      trans.__('%1 wanted to verify the package cache', who)
    ]
  };
  return table[line.action];
}
