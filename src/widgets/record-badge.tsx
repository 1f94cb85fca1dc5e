import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget } from '@jupyterlab/ui-components';
import type { CommandRegistry } from '@lumino/commands';
import { Menu } from '@lumino/widgets';
import React from 'react';
import type { RecordKeeper } from '../record-keeper';
import { badgeWords } from '../record-words';
import { CommandIDs } from '../tokens';

/** In the notebook's toolbar: that it does not run as it was made, and what to do. */
export class RecordBadge extends ReactWidget {
  constructor(
    private readonly _keeper: RecordKeeper,
    private readonly _commands: CommandRegistry,
    private readonly _trans: TranslationBundle
  ) {
    super();
    this.addClass('jp-Terrarium-recordBadge');
    _keeper.changed.connect(() => this.update(), this);
  }

  protected render(): JSX.Element {
    const { kernelName, record, running } = this._keeper;
    // What is not known yet is no difference.
    const words =
      running === undefined
        ? ''
        : badgeWords(record, running?.record ?? null, kernelName, this._trans);
    return words ? (
      <button
        type="button"
        className="jp-mod-styled jp-Terrarium-button"
        aria-haspopup="menu"
        onClick={event => this._open(event.currentTarget)}
      >
        {words}
      </button>
    ) : (
      <></>
    );
  }

  private _open(button: HTMLElement): void {
    const menu = new Menu({ commands: this._commands });
    [
      CommandIDs.runAsThen,
      CommandIDs.compareRecord,
      CommandIDs.updateRecord
    ].forEach(command => menu.addItem({ command }));
    // The command that was chosen runs after the menu has closed.
    menu.aboutToClose.connect(() =>
      requestAnimationFrame(() => menu.dispose())
    );
    const { left, bottom } = button.getBoundingClientRect();
    menu.open(left, bottom);
  }
}
