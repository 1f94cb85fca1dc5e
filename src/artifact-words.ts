import type { TranslationBundle } from '@jupyterlab/translation';
import { formatBytes } from './format';
import type { Artifact, FormView } from './types';

/** The groups of forms in the order in which they are shown. */
export function formGroups(
  trans: TranslationBundle
): readonly (readonly [group: FormView['group'], words: string])[] {
  return [
    ['recipe', trans.__('To install it elsewhere')],
    ['files', trans.__('To take its files along')],
    ['container', trans.__('For containers and clusters')],
    ['tools', trans.__('For other tools')]
  ];
}

/** What an option is called, and which values it takes. */
export interface IFormOption {
  name: string;
  words: string;
  /** Empty: any text. */
  values: readonly string[];
  kind: 'text' | 'choice' | 'flag' | 'list';
  /** Its value when nothing is said. */
  initial: string | boolean;
}

/** The options of a form, from its JSON schema. */
export function formOptions(form: FormView): IFormOption[] {
  return Object.entries(form.options as Record<string, ISchema>).map(
    ([name, schema]) => {
      const type =
        schema.type ?? schema.anyOf?.find(one => one.type !== 'null')?.type;
      const values = (schema.enum ?? []).map(String);
      const kind =
        values.length > 0
          ? 'choice'
          : type === 'boolean'
            ? 'flag'
            : type === 'array'
              ? 'list'
              : 'text';
      const initial =
        kind === 'flag'
          ? schema.default === true
          : Array.isArray(schema.default)
            ? schema.default.join(', ')
            : String(schema.default ?? '');
      const words = schema.description ?? schema.title ?? name;
      return { name, words, values, kind, initial };
    }
  );
}

/** The options that differ from what is said when nothing is said. */
export function givenOptions(
  options: readonly IFormOption[],
  values: Readonly<Record<string, string | boolean>>
): Record<string, unknown> {
  const given: Record<string, unknown> = {};
  for (const option of options) {
    const value = values[option.name];
    if (value === undefined || value === option.initial) {
      continue;
    }
    given[option.name] =
      option.kind === 'list'
        ? String(value)
            .split(',')
            .map(item => item.trim())
            .filter(Boolean)
        : value;
  }
  return given;
}

/** How far making it is, from 0 to 1; null while nobody knows. */
export function artifactShare({ progress }: Artifact): number | null {
  return progress.total > 0
    ? Math.min(1, progress.done / progress.total)
    : null;
}

/** What is going on with an artifact, in words. */
export function artifactWord(
  artifact: Artifact,
  trans: TranslationBundle
): string {
  switch (artifact.state) {
    case 'queued':
      return trans.__('waiting for its turn');
    case 'making': {
      const share = artifactShare(artifact);
      const { current } = artifact.progress;
      return share === null
        ? trans.__('being made %1', current).trim()
        : trans.__('being made, %1 % %2', Math.round(share * 100), current);
    }
    case 'ready':
      return trans.__('ready, %1', formatBytes(artifact.size));
    case 'failed':
      return trans.__('could not be made');
    case 'cancelled':
      return trans.__('cancelled');
  }
}

/** The command that does the same in a shell. */
export function exportCommand(
  of: { namespace: string; name: string; version: number },
  form: FormView,
  platform: string | undefined,
  options: Readonly<Record<string, unknown>>
): string {
  const words = [
    'jupyter terrarium export',
    `${of.namespace}/${of.name}@${of.version}`,
    `--to ${form.form}`
  ];
  if (platform && form.platforms.length > 1) {
    words.push(`--platform ${platform}`);
  }
  for (const [name, value] of Object.entries(options)) {
    for (const item of Array.isArray(value) ? value : [value]) {
      words.push(`--option ${quoted(`${name}=${String(item)}`)}`);
    }
  }
  return words.join(' ');
}

function quoted(text: string): string {
  return /^[\w./:@=+-]+$/.test(text)
    ? text
    : `'${text.replace(/'/g, `'\\''`)}'`;
}

interface ISchema {
  type?: string;
  title?: string;
  description?: string;
  default?: unknown;
  enum?: readonly unknown[];
  anyOf?: readonly ISchema[];
}
