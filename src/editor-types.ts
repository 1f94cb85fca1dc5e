import type { TranslationBundle } from '@jupyterlab/translation';

import type { TerrariumApi } from './api';
import type { IEnvironmentRef } from './tokens';
import type { ProposalApi } from './proposal-api';
import type { Build, PlanMode, ProposalDetail } from './types';

/** The part of the REST API that the editor uses. */
export type EditorApi = Pick<
  TerrariumApi,
  | 'plan'
  | 'planExplanation'
  | 'planShown'
  | 'planHidden'
  | 'searchPackages'
  | 'packageVersions'
  | 'createEnvironment'
  | 'createVersion'
>;

/** What the editor is opened on. */
export interface IEditorModelOptions {
  api: EditorApi;
  trans: TranslationBundle;
  /** Text to begin with. */
  text: string;
  /** Whether `text` counts as unsaved work already, e.g. read from a file. */
  dirty?: boolean;
  /** Namespace of a new environment, or of the one that is edited. */
  namespace: string;
  /** The environment that gets a new version; null: a new environment. */
  base: IBase | null;
  /** This server's platform, e.g. `linux-64`. */
  platform: string;
  /** Channels that apply when the specification names none. */
  defaultChannels: readonly string[];
  /** Packages whose post-link scripts were allowed before. */
  allowedScripts?: readonly string[];
  /** How the first plan is solved; default: keep what there is to keep. */
  mode?: PlanMode;
  /** What the main button does; default: build. */
  task?: EditorTask;
  /** Milliseconds before a plan is asked for. */
  delay?: number;
}

/** What a new version is based on. */
export interface IBase extends IEnvironmentRef {
  /** Id of the environment, which outlasts its name. */
  id: string;
  version: number;
}

/** What came of *Build*. */
export interface IBuilt extends IEnvironmentRef {
  build: Build | null;
}

/** What the main button does with the text that is in view. */
export type EditorTask =
  | { kind: 'build' }
  | { kind: 'propose'; api: Pick<ProposalApi, 'create'> }
  | {
      kind: 'review';
      api: Pick<ProposalApi, 'approve'>;
      proposal: ProposalDetail;
    };

/** Where people edit. */
export type EditorView = 'form' | 'yaml';
