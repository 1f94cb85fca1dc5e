/**
 * The words of the REST API, under the names of the server's models.
 *
 * Everything else imports these aliases; only this file knows how the generated
 * types are laid out.
 */
import type { components } from './api-types';

type Schemas = components['schemas'];

export type Place = Schemas['Place'];
export type Finding = Schemas['Finding'];
export type Problem = Schemas['Problem'];
export type BuildState = Schemas['BuildState'];
export type PhaseEvent = Schemas['PhaseEvent'];
export type ProgressEvent = Schemas['ProgressEvent'];
export type LogEvent = Schemas['LogEvent'];
export type ResultEvent = Schemas['ResultEvent'];
export type Progress = Schemas['Progress'];
export type Phase = Schemas['Phase'];
export type Build = Schemas['Build'];
export type BuildLog = Schemas['BuildLog'];
export type Namespace = Schemas['Namespace'];
export type VersionState = Schemas['VersionState'];
export type Kernel = Schemas['Kernel'];
export type VersionSummary = Schemas['VersionSummary'];
export type PlatformSummary = Schemas['PlatformSummary'];
export type Version = Schemas['Version'];
export type EnvironmentSummary = Schemas['EnvironmentSummary'];
export type Environment = Schemas['Environment'];
export type EnvironmentCreate = Schemas['EnvironmentCreate'];
export type VersionCreate = Schemas['VersionCreate'];
export type EnvironmentUpdate = Schemas['EnvironmentUpdate'];
export type CondaPackage = Schemas['CondaPackage'];
export type PipPackage = Schemas['PipPackage'];
export type VersionPackages = Schemas['VersionPackages'];
export type TerrariumEvent = Schemas['Event'];
export type EventPage = Schemas['EventPage'];
export type PackageHit = Schemas['PackageHit'];
export type PackageSearch = Schemas['PackageSearch'];
export type PackageVersions = Schemas['PackageVersions'];
export type PlanRequest = Schemas['PlanRequest'];
export type PlanChange = Schemas['PlanChange'];
export type PlanPlatform = Schemas['PlanPlatform'];
export type Plan = Schemas['Plan'];
export type CondaRequirement = Schemas['CondaRequirement'];
export type PipRequirement = Schemas['PipRequirement'];
export type RunsOn = Schemas['RunsOn'];
export type Specification = Schemas['Specification'];
export type ChannelStatus = Schemas['ChannelStatus'];
export type Status = Schemas['Status'];

/** One page of a list; `next_cursor` is null on the last one. */
export interface IPage<T> {
  items: T[];
  next_cursor: string | null;
  total: number;
}
