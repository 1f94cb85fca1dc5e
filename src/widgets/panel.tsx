import { ReactWidget, SidePanel } from '@jupyterlab/ui-components';
import type { Message } from '@lumino/messaging';
import { Panel } from '@lumino/widgets';
import type { ITranslator } from '@jupyterlab/translation';
import React from 'react';
import { PanelView } from '../components/panel-view';
import {
  TerrariumProvider,
  type ITerrariumContext
} from '../components/context';
import { terrariumIcon } from '../icons';
import { CommandIDs } from '../tokens';
import { pastedLockfile } from './lockfile-paste';

/** The panel in the left side bar. */
export class TerrariumPanel extends SidePanel {
  constructor(context: ITerrariumContext, translator: ITranslator) {
    super({ content: new Panel(), translator });
    this.id = 'jupyterlab-terrarium';
    this.title.icon = terrariumIcon;
    this.title.caption = context.trans.__('Terrarium: environments');
    this.addClass('jp-Terrarium-panel');
    this.node.setAttribute('role', 'region');
    this.node.setAttribute('aria-label', context.trans.__('Environments'));
    this.toolbar.node.setAttribute(
      'aria-label',
      context.trans.__('Environments toolbar')
    );
    const view = ReactWidget.create(
      <TerrariumProvider value={context}>
        <PanelView />
      </TerrariumProvider>
    );
    view.addClass('jp-Terrarium-view');
    this.addWidget(view);
    this._context = context;
  }

  /** Put the cursor into the filter box. */
  focusFilter(): void {
    this._find('.jp-Terrarium-filter input')?.focus();
  }

  /** Put the focus where it was in the tree, or at its first row. */
  focusTree(): void {
    const row =
      this._find('.jp-Terrarium-row[aria-selected="true"]') ??
      this._find('[role="treeitem"][tabindex="0"]');
    row?.focus();
  }

  /** Take the focus back to the tree when it was there and has been lost since. */
  restoreFocus(): void {
    if (this._hadFocus && document.activeElement === document.body) {
      this.focusTree();
    }
  }

  protected onAfterAttach(message: Message): void {
    super.onAfterAttach(message);
    document.addEventListener('focusin', this._onFocusIn);
    this.node.addEventListener('paste', this._onPaste, true);
  }

  protected onBeforeDetach(message: Message): void {
    document.removeEventListener('focusin', this._onFocusIn);
    this.node.removeEventListener('paste', this._onPaste, true);
    super.onBeforeDetach(message);
  }

  private _onFocusIn = (event: FocusEvent): void => {
    const target = event.target as HTMLElement;
    if (!target.closest('.lm-Menu')) {
      this._hadFocus = Boolean(target.closest('.jp-Terrarium-tree'));
    }
  };

  /** A lockfile that is pasted here is no filter: it is shown, to be built. */
  private _onPaste = (event: ClipboardEvent): void => {
    const text = pastedLockfile(event);
    if (text !== null) {
      event.preventDefault();
      event.stopPropagation();
      void this._context.commands.execute(CommandIDs.create, { text });
    }
  };

  private readonly _context: ITerrariumContext;
  private _hadFocus = false;

  private _find(selector: string): HTMLElement | null {
    return this.node.querySelector<HTMLElement>(selector);
  }
}
