import type { ILayoutRestorer, JupyterFrontEnd } from '@jupyterlab/application';
import { WidgetTracker } from '@jupyterlab/apputils';
import type { PageWidget } from './widgets/page';

/** The pages of one kind that are open: each once, and there again after a reload. */
export class PageTabs {
  /** *kind* is a word of letters; *command* opens a page with its `args`. */
  constructor(
    private readonly _app: JupyterFrontEnd,
    private readonly _kind: string,
    command: string,
    restorer: ILayoutRestorer | null
  ) {
    this._tracker = new WidgetTracker<PageWidget>({
      namespace: `terrarium-${_kind}`
    });
    void restorer?.restore(this._tracker, {
      command,
      args: widget => widget.page.args,
      name: widget => widget.page.key
    });
  }

  /** Show the page called *key*, made by *make* if it is not open. */
  async show(key: string, make: () => Promise<PageWidget>): Promise<void> {
    const { shell } = this._app;
    let widget = this._tracker.find(item => item.page.key === key);
    if (!widget) {
      widget = await make();
      await this._tracker.add(widget);
    }
    if (!widget.isAttached) {
      shell.add(widget, 'main', { type: this._kind });
    }
    shell.activateById(widget.id);
  }

  private readonly _tracker: WidgetTracker<PageWidget>;
}
