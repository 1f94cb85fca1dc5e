import { ReactWidget } from '@jupyterlab/ui-components';
import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';
import { ShareFormView } from '../components/share-form';
import { ShareResultView } from '../components/share-result';
import { shareRequest, type IShareChoice } from '../share-form';
import type { EnvironmentSummary, ShareCreate, ShareCreated } from '../types';

/** What the form is about. `local`: only this machine reaches this server. */
export interface IShareFormOptions {
  item: EnvironmentSummary;
  version?: number;
  /** The notebook that is shared, as it is now: its file name and text. */
  notebook?: { name: string; content: string };
  local: boolean;
  /** Forms that can be made here, by name and title. */
  forms: readonly { form: string; title: string }[];
  trans: TranslationBundle;
  /** Copy the recipe in place of a link. */
  onRecipe: () => void;
  /** Download the lockfile in place of a link. */
  onLockfile: () => void;
}

/** The body of the dialog that makes a link; its value is the request. */
export class ShareForm extends ReactWidget {
  constructor(private readonly _options: IShareFormOptions) {
    super();
    this._choice = {
      version: _options.version ?? null,
      rights: 'use',
      days: 30,
      people: '',
      only: '',
      note: '',
      outputs: false,
      forms: []
    };
  }

  getValue(): ShareCreate {
    const { notebook } = this._options;
    const request = shareRequest(this._choice);
    return notebook
      ? { ...request, notebook: { ...notebook, outputs: this._choice.outputs } }
      : request;
  }

  protected render(): JSX.Element {
    return (
      <ShareFormView
        {...this._options}
        choice={this._choice}
        onChange={choice => {
          this._choice = choice;
          this.update();
        }}
      />
    );
  }

  private _choice: IShareChoice;
}

/** What the dialog with a new link shows. */
export interface IShareResultOptions {
  link: string;
  made: ShareCreated;
  local: boolean;
  trans: TranslationBundle;
}

/** The body of the dialog that shows a new link, once. */
export class ShareResult extends ReactWidget {
  constructor(private readonly _options: IShareResultOptions) {
    super();
  }

  protected render(): JSX.Element {
    return <ShareResultView {...this._options} />;
  }
}
