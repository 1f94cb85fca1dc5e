import { URLExt } from '@jupyterlab/coreutils';
import { queryString } from './api-query';
import { API_PATH, ApiRequests, versionPath } from './api-requests';
import type { Artifact, FormView, IPage } from './types';

/** The version that forms are of. */
export interface IVersionRef {
  namespace: string;
  name: string;
  version: number;
}

/** Which one of a form. */
export interface IArtifactChoice {
  form: string;
  /** Absent where there is one for all platforms. */
  platform?: string;
  options: Readonly<Record<string, unknown>>;
}

/** The part of the REST API that is about other forms of versions. */
export class ArtifactApi extends ApiRequests {
  forms(of: IVersionRef): Promise<IPage<FormView>> {
    return this.json('GET', artifactsPath(of));
  }

  /** Have it made; at once when it is there. */
  make(of: IVersionRef, choice: IArtifactChoice): Promise<Artifact> {
    const { form, platform, options } = choice;
    const path = artifactsPath(of, form);
    return this.json('POST', path, {}, { platform, options });
  }

  async cancel(of: IVersionRef, choice: IArtifactChoice): Promise<void> {
    await this.send('DELETE', artifactsPath(of, choice.form), asQuery(choice));
  }

  /** The content of a form that is a text, with the name that its file has. */
  async file(
    of: IVersionRef,
    choice: IArtifactChoice
  ): Promise<{ name: string; text: string }> {
    const path = artifactsPath(of, choice.form);
    const answer = await this.send('GET', path, asQuery(choice));
    const told = answer.headers.get('Content-Disposition') ?? '';
    const name = /filename="([^"]*)"/.exec(told)?.[1];
    return { name: name ?? choice.form, text: await answer.text() };
  }

  /** Where a browser downloads it. */
  address(of: IVersionRef, choice: IArtifactChoice): string {
    const path = artifactsPath(of, choice.form).map(encodeURIComponent);
    return (
      URLExt.join(this.settings.baseUrl, API_PATH, ...path) +
      queryString(asQuery(choice))
    );
  }
}

function artifactsPath(of: IVersionRef, ...form: string[]): string[] {
  const { namespace, name, version } = of;
  return [...versionPath(namespace, name, version), 'artifacts', ...form];
}

function asQuery({
  platform,
  options
}: IArtifactChoice): Record<string, string | undefined> {
  return {
    platform,
    options:
      Object.keys(options).length > 0 ? JSON.stringify(options) : undefined
  };
}
