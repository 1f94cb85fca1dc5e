import { Notification } from '@jupyterlab/apputils';
import type { KernelSpec } from '@jupyterlab/services';
import type { TranslationBundle } from '@jupyterlab/translation';
import { LocalApi } from './local-api';
import type { IEnvironmentRef, ITerrariumModel } from './tokens';
import type { LocalEnvironment } from './types';

/** Milliseconds between looks at what is being brought here. */
const LOOK_AGAIN = 500;

/**
 * The name of a kernel of an environment, once the session lists it. Of a team store's
 * environments only some are on this server by themselves; the others come when somebody
 * wants to run them.
 */
export class LocalKernels {
  constructor(
    model: ITerrariumModel,
    private readonly _specs: KernelSpec.IManager,
    private readonly _trans: TranslationBundle
  ) {
    this._api = new LocalApi(model.api.settings);
  }

  /** Rejects with the reason when its files cannot be brought here. */
  async listed(ref: IEnvironmentRef, kernel: string): Promise<string> {
    if (await this._isListed(kernel)) {
      return kernel;
    }
    let here = await this._api.bring(ref);
    const told = isComing(here)
      ? Notification.emit(
          this._trans.__('Getting %1 onto this server…', ref.name),
          'in-progress',
          { autoClose: false }
        )
      : '';
    try {
      while (isComing(here)) {
        await new Promise(resolve => window.setTimeout(resolve, LOOK_AGAIN));
        here = await this._api.show(ref);
      }
    } finally {
      if (told) {
        Notification.dismiss(told);
      }
    }
    if (!(await this._isListed(kernel))) {
      throw new Error(
        here.problem?.title ??
          this._trans.__('%1 is not on this server.', ref.name)
      );
    }
    return kernel;
  }

  private async _isListed(kernel: string): Promise<boolean> {
    const known = () => Boolean(this._specs.specs?.kernelspecs[kernel]);
    if (!known()) {
      await this._specs.refreshSpecs();
    }
    return known();
  }

  private readonly _api: LocalApi;
}

function isComing(here: LocalEnvironment): boolean {
  return here.state === 'building';
}
