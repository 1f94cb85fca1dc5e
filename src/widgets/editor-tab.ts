import { Dialog, MainAreaWidget, showDialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { editIcon } from '@jupyterlab/ui-components';
import type { Message } from '@lumino/messaging';

import { SpecificationEditor, type IEditorOptions } from './editor';

/** The editor as a tab of the main area, which asks before work is lost. */
export class EditorTab extends MainAreaWidget<SpecificationEditor> {
  constructor(options: IEditorOptions) {
    super({ content: new SpecificationEditor(options) });
    this.addClass('jp-TerrariumEditor-tab');
    this._trans = options.trans;
    this.toolbar.hide();
    this.title.icon = editIcon;
    this.title.closable = true;
    this.content.closing.connect(() => this.close());
    this.content.model.changed.connect(this._onModel, this);
    this._onModel();
  }

  protected onCloseRequest(msg: Message): void {
    void this._close(msg);
  }

  private async _close(msg: Message): Promise<void> {
    if (this._asking) {
      return;
    }
    const { model } = this.content;
    if (model.dirty) {
      this._asking = true;
      const answer = await showDialog({
        title: this._trans.__('Discard what you wrote?'),
        body: model.base
          ? this._trans.__(
              'Your changes to "%1" have not been built and will be lost.',
              model.name
            )
          : this._trans.__(
              'This environment has not been built; what you wrote will be lost.'
            ),
        buttons: [
          Dialog.cancelButton({ label: this._trans.__('Keep editing') }),
          Dialog.warnButton({ label: this._trans.__('Discard') })
        ],
        defaultButton: 0
      });
      this._asking = false;
      if (!answer.button.accept) {
        return;
      }
    }
    super.onCloseRequest(msg);
  }

  private _onModel(): void {
    const { base, dirty, name, task } = this.content.model;
    this.title.label = base
      ? task.kind === 'review'
        ? this._trans.__('Proposal: %1', name)
        : task.kind === 'propose'
          ? this._trans.__('Propose: %1', name)
          : this._trans.__('Edit %1', name)
      : name
        ? this._trans.__('New: %1', name)
        : this._trans.__('New environment');
    this.title.caption = this.title.label;
    this.title.className = dirty ? 'jp-mod-dirty' : '';
  }

  private readonly _trans: TranslationBundle;
  private _asking = false;
}
