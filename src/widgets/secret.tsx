import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget } from '@jupyterlab/ui-components';
import React from 'react';
import { CopyOnce } from '../components/copy-once';

/** What the dialog with a secret shows. */
export interface ISecretOptions {
  secret: string;
  label: string;
  button: string;
  /** What it is good for, and how long. */
  hint: string;
  trans: TranslationBundle;
}

/** The body of a dialog that shows a secret, once. */
export class SecretBody extends ReactWidget {
  constructor(private readonly _options: ISecretOptions) {
    super();
  }

  protected render(): JSX.Element {
    return (
      <div className="jp-Terrarium-share">
        <CopyOnce {...this._options} />
        <p className="jp-Terrarium-shareHint">{this._options.hint}</p>
      </div>
    );
  }
}
