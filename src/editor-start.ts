import type { Contents } from '@jupyterlab/services';
import type { TranslationBundle } from '@jupyterlab/translation';

import type { EditorTask, IEditorModelOptions } from './editor-types';
import { nameOfFile } from './names';
import { ProposalApi } from './proposal-api';
import { addChannel, setName } from './spec-edits';
import { readSpec } from './spec-yaml';
import type { IEnvironmentRef, ITerrariumModel } from './tokens';
import type { Status } from './types';

/** What a new environment can start from. */
export interface INewOptions {
  text?: string;
  file?: string;
  namespace?: string;
}

/** Prepares the editor's model for each of the ways to open it. */
export interface IStartingPoint {
  create: (options: INewOptions) => Promise<IEditorModelOptions>;
  /** *text* in place of that of the latest version, e.g. with a relaxation. */
  edit: (ref: IEnvironmentRef, text?: string) => Promise<IEditorModelOptions>;
  /** To decide about a proposal: its text, over the version that was edited. */
  review: (proposal: string) => Promise<IEditorModelOptions>;
}

/** The ways to open the editor, over the store and the files of this server. */
export function startingPoint(
  terrarium: ITerrariumModel,
  contents: Pick<Contents.IManager, 'get'>,
  trans: TranslationBundle
): IStartingPoint {
  const status = async (): Promise<Status> =>
    terrarium.status ?? (await terrarium.api.status());

  const proposals = new ProposalApi(terrarium.api.settings);

  return {
    review: async id => {
      const [server, proposal] = await Promise.all([
        status(),
        proposals.show(id)
      ]);
      const { namespace, environment: name } = proposal;
      return {
        api: terrarium.api,
        trans,
        text: proposal.specification_text,
        namespace,
        base: {
          id: proposal.environment_id,
          namespace,
          name,
          // Where it has moved on, approving says so, and shows the newer text.
          version: proposal.base_version ?? proposal.latest_version
        },
        platform: server.platform,
        defaultChannels: server.default_channels,
        mode: proposal.mode,
        task: { kind: 'review', api: proposals, proposal }
      };
    },
    create: async ({ text, file, namespace }) => {
      const server = await status();
      const given = text ?? (file ? await readFile(contents, file) : undefined);
      return {
        api: terrarium.api,
        trans,
        text:
          given === undefined
            ? blank(server.default_channels)
            : named(given, file),
        dirty: given !== undefined,
        namespace: namespace ?? server.namespace,
        base: null,
        platform: server.platform,
        defaultChannels: server.default_channels
      };
    },
    edit: async ({ namespace, name }, text) => {
      const [server, environment] = await Promise.all([
        status(),
        terrarium.environment({ namespace, name })
      ]);
      const latest = environment.latest_version;
      const task: EditorTask =
        environment.role === 'viewer'
          ? { kind: 'propose', api: proposals }
          : { kind: 'build' };
      return {
        api: terrarium.api,
        trans,
        text: text ?? latest.specification_text,
        dirty: text !== undefined,
        namespace,
        base: { id: environment.id, namespace, name, version: latest.number },
        platform: server.platform,
        defaultChannels: server.default_channels,
        allowedScripts: latest.run_link_scripts,
        task
      };
    }
  };
}

/** A specification that says nothing but where packages come from. */
function blank(channels: readonly string[]): string {
  const start = 'name:\nchannels: []\ndependencies: []\n';
  return channels.reduce((text, channel) => addChannel(channel)(text), start);
}

/** *text* with a name after its file, where it has none of its own. */
function named(text: string, file: string | undefined): string {
  const { form } = readSpec(text);
  const name = file && form && form.name === '' ? nameOfFile(file) : '';
  return name === '' ? text : setName(name)(text);
}

async function readFile(
  contents: Pick<Contents.IManager, 'get'>,
  path: string
): Promise<string> {
  const file = await contents.get(path, { type: 'file', format: 'text' });
  return String(file.content);
}
