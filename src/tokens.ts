import { Token } from '@lumino/coreutils';
import type { ISignal } from '@lumino/signaling';
import type {
  Build,
  Environment,
  EnvironmentSummary,
  Namespace,
  Status,
  TerrariumEvent
} from './types';
import type { TerrariumApi } from './api';

/** The names of all commands. Their argument schemas are where they are defined. */
export const CommandIDs = {
  openPanel: 'terrarium:open-panel',
  focusFilter: 'terrarium:focus-filter',
  refresh: 'terrarium:refresh',
  create: 'terrarium:new',
  edit: 'terrarium:edit',
  details: 'terrarium:details',
  newNotebook: 'terrarium:new-notebook',
  useInNotebook: 'terrarium:use-in-notebook',
  retry: 'terrarium:retry',
  cancelBuild: 'terrarium:cancel-build',
  askForHelp: 'terrarium:ask-for-help',
  showLog: 'terrarium:show-log',
  makeCurrent: 'terrarium:make-current',
  hold: 'terrarium:hold',
  point: 'terrarium:point',
  removePointer: 'terrarium:remove-pointer',
  pinKernel: 'terrarium:pin-kernel',
  unpinKernel: 'terrarium:unpin-kernel',
  rename: 'terrarium:rename',
  move: 'terrarium:move',
  copy: 'terrarium:copy',
  remove: 'terrarium:delete',
  restore: 'terrarium:restore',
  verify: 'terrarium:verify',
  cleanUp: 'terrarium:clean-up',
  openTerminal: 'terrarium:open-terminal',
  copyInterpreter: 'terrarium:copy-interpreter',
  tryOut: 'terrarium:try-out',
  openScratch: 'terrarium:open-scratch',
  keepScratch: 'terrarium:keep-scratch',
  discardScratch: 'terrarium:discard-scratch',
  share: 'terrarium:share',
  useElsewhere: 'terrarium:use-elsewhere',
  copyRecipe: 'terrarium:copy-recipe-link',
  revokeShare: 'terrarium:revoke-share',
  openShared: 'terrarium:open-shared-link',
  newNamespace: 'terrarium:new-namespace',
  members: 'terrarium:members',
  environmentMembers: 'terrarium:environment-members',
  tokens: 'terrarium:tokens',
  audit: 'terrarium:audit',
  recommend: 'terrarium:recommend',
  routeShared: 'terrarium:route-shared-link',
  showShared: 'terrarium:show-shared-link',
  runAsThen: 'terrarium:run-as-then',
  compareRecord: 'terrarium:compare-record',
  shareNotebook: 'terrarium:share-notebook',
  updateRecord: 'terrarium:update-record',
  reviewProposal: 'terrarium:review-proposal',
  declineProposal: 'terrarium:decline-proposal',
  withdrawProposal: 'terrarium:withdraw-proposal',
  createFromFile: 'terrarium:create-from-file',
  importFile: 'terrarium:import-file',
  allowNotifications: 'terrarium:allow-notifications'
} as const;

/** What the editor can be opened with. */
export interface IEditorOpenOptions {
  /** Specification text to start from. */
  text?: string;
  /** Namespace of the environment that is edited; absent for a new one. */
  namespace?: string;
  /** Name of the environment that is edited; absent for a new one. */
  name?: string;
  /** The latest version that the text was taken from. */
  baseVersion?: number;
  /** Which side to begin with; default: the form. */
  mode?: 'form' | 'yaml';
  /** Path of the file that the text was read from, as the file browser names it. */
  file?: string;
}

/** An environment by its labels. */
export interface IEnvironmentRef {
  namespace: string;
  name: string;
}

/** Why there is nothing to show, in words. */
export interface IUnavailable {
  message: string;
  hint: string;
}

/** The state of Terrarium in this browser; the only subscriber to server events. */
export interface ITerrariumModel {
  readonly api: TerrariumApi;
  /** Null until the server has answered. */
  readonly status: Status | null;
  /** Set instead of everything else when the server half cannot be used. */
  readonly unavailable: IUnavailable | null;
  /** Whether the lists below have been loaded. */
  readonly loaded: boolean;
  readonly namespaces: readonly Namespace[];
  /** All environments, in stable order. */
  readonly environments: readonly EnvironmentSummary[];
  /** Builds now and lately, newest first. */
  readonly builds: readonly Build[];
  /** The row that commands without arguments act on. */
  selected: IEnvironmentRef | null;
  /** Something that is shown has changed. */
  readonly changed: ISignal<ITerrariumModel, void>;
  /** Server events in order, each exactly once. */
  readonly events: ISignal<ITerrariumModel, TerrariumEvent>;
  /** Kernels of this server may be others, which no event of the store tells. */
  readonly kernelsMoved: ISignal<ITerrariumModel, void>;
  /** A build has reached a state that it will not leave. */
  readonly buildEnded: ISignal<ITerrariumModel, Build>;
  /** The environment with these labels among those loaded. */
  find(ref: IEnvironmentRef): EnvironmentSummary | undefined;
  /** Remember that this page started a build, so that its end is announced. */
  watchBuild(build: Build | null | undefined): void;
  /** Everything about one environment, from the server. */
  environment(ref: IEnvironmentRef): Promise<Environment>;
  /** Fetch everything anew. */
  refresh(): Promise<void>;
}

/** The token of the model. */
export const ITerrariumModel = new Token<ITerrariumModel>(
  'jupyterlab-terrarium:ITerrariumModel',
  'The state of Terrarium in this browser: environments, builds and server events.'
);
