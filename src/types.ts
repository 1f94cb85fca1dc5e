/**
 * The words of the REST API, under the names of the server's models.
 *
 * `api-types.ts` is generated from docs/openapi.json by `jlpm build:types`. Everything else
 * imports these aliases; only this file knows how the generated types are laid out.
 */
import type { components } from './api-types';

type Schemas = components['schemas'];

/**
 * What the server sends. The schema calls a field that has a default optional, as it is in
 * a request; in an answer it is always there.
 */
type Answer<T> = T extends (infer Item)[]
  ? Answer<Item>[]
  : T extends object
    ? { [Key in keyof T]-?: Answer<Exclude<T[Key], undefined>> }
    : T;

export type Place = Answer<Schemas['Place']>;
export type Finding = Answer<Schemas['Finding']>;
export type Explanation = Answer<Schemas['Explanation']>;
export type SpecificationLine = Answer<Schemas['SpecificationLine']>;
export type SpecificationEdit = Answer<Schemas['SpecificationEdit']>;
export type Relaxation = Answer<Schemas['Relaxation']>;
export type Problem = Answer<Schemas['Problem']>;
export type BuildState = Answer<Schemas['BuildState']>;
export type PhaseEvent = Answer<Schemas['PhaseEvent']>;
export type ProgressEvent = Answer<Schemas['ProgressEvent']>;
export type LogEvent = Answer<Schemas['LogEvent']>;
export type ResultEvent = Answer<Schemas['ResultEvent']>;
export type Progress = Answer<Schemas['Progress']>;
export type Phase = Answer<Schemas['Phase']>;
export type Build = Answer<Schemas['Build']>;
export type Artifact = Answer<Schemas['Artifact']>;
export type FormView = Answer<Schemas['FormView']>;
export type BuildHelp = Answer<Schemas['BuildHelp']>;
export type BuildLog = Answer<Schemas['BuildLog']>;
export type Namespace = Answer<Schemas['Namespace']>;
export type Member = Answer<Schemas['Member']>;
export type ApiToken = Answer<Schemas['Token']>;
export type ApiTokenCreate = Partial<Schemas['TokenCreate']>;
export type ApiTokenCreated = Answer<Schemas['TokenCreated']>;
export type AuditEntry = Answer<Schemas['AuditEntry']>;
export type VersionState = Answer<Schemas['VersionState']>;
export type LocalEnvironment = Answer<Schemas['LocalEnvironment']>;
export type Kernel = Answer<Schemas['Kernel']>;
export type VersionSummary = Answer<Schemas['VersionSummary']>;
export type PlatformSummary = Answer<Schemas['PlatformSummary']>;
export type Version = Answer<Schemas['Version']>;
export type EnvironmentSummary = Answer<Schemas['EnvironmentSummary']>;
export type PinnedKernel = Answer<Schemas['PinnedKernel']>;
export type Pointer = Answer<Schemas['Pointer']>;
export type Comparison = Answer<Schemas['Comparison']>;
export type OtherVersion = Answer<Schemas['OtherVersion']>;
export type EnvironmentCopy = Partial<Schemas['EnvironmentCopy']>;
export type Environment = Answer<Schemas['Environment']>;
export type EnvironmentCreate = Partial<Schemas['EnvironmentCreate']>;
export type VersionCreate = Partial<Schemas['VersionCreate']>;
export type EnvironmentUpdate = Partial<Schemas['EnvironmentUpdate']>;
export type CondaPackage = Answer<Schemas['CondaPackage']>;
export type PipPackage = Answer<Schemas['PipPackage']>;
export type VersionPackages = Answer<Schemas['VersionPackages']>;
export type Share = Answer<Schemas['Share']>;
export type ShareCreate = Partial<Schemas['ShareCreate']>;
export type ShareCreated = Answer<Schemas['ShareCreated']>;
export type Proposal = Answer<Schemas['Proposal']>;
export type ProposalDetail = Answer<Schemas['ProposalDetail']>;
export type ProposalCreate = Pick<
  Schemas['ProposalCreate'],
  'specification' | 'reason'
> &
  Partial<Schemas['ProposalCreate']>;
export type ProposalApproval = Pick<Schemas['ProposalApproval'], 'plan'> &
  Partial<Schemas['ProposalApproval']>;
export type Card = Answer<Schemas['Card']>;
export type ForeignLink = Answer<Schemas['ForeignLink']>;
export type NotebookRecord = Answer<Schemas['NotebookRecord']>;
export type RunningKernel = Answer<Schemas['RunningKernel']>;
export type ShareUse = Answer<Schemas['ShareUse']>;
export type TerrariumEvent = Answer<Schemas['Event']>;
export type EventPage = Answer<Schemas['EventPage']>;
export type PackageHit = Answer<Schemas['PackageHit']>;
export type PackageSearch = Answer<Schemas['PackageSearch']>;
export type PackageVersions = Answer<Schemas['PackageVersions']>;
export type PlanRequest = Pick<Schemas['PlanRequest'], 'specification'> &
  Partial<Schemas['PlanRequest']>;
export type PlanMode = NonNullable<Schemas['PlanRequest']['mode']>;
export type PlanChange = Answer<Schemas['PlanChange']>;
export type PlanPlatform = Answer<Schemas['PlanPlatform']>;
export type Plan = Answer<Schemas['Plan']>;
export type CondaRequirement = Answer<Schemas['CondaRequirement']>;
export type PipRequirement = Answer<Schemas['PipRequirement']>;
export type RunsOn = Answer<Schemas['RunsOn']>;
export type Scratch = Answer<Schemas['Scratch']>;
export type KeptScratch = Answer<Schemas['KeptScratch']>;
export type Specification = Answer<Schemas['Specification']>;
export type Verification = Answer<Schemas['Verification']>;
export type DeletedEnvironment = Answer<Schemas['DeletedEnvironment']>;
export type CleanupItem = Answer<Schemas['CleanupItem']>;
export type CleanupReport = Answer<Schemas['CleanupReport']>;
export type CleanupDone = Answer<Schemas['CleanupDone']>;
export type ChannelStatus = Answer<Schemas['ChannelStatus']>;
export type Status = Answer<Schemas['Status']>;

/** One page of a list; `next_cursor` is null on the last one. */
export interface IPage<T> {
  items: T[];
  next_cursor: string | null;
  total: number;
}
