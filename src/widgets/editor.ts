import { ReactWidget } from '@jupyterlab/apputils';
import type { IEditorServices } from '@jupyterlab/codeeditor';
import type { TranslationBundle } from '@jupyterlab/translation';
import { UUID } from '@lumino/coreutils';
import type { Message } from '@lumino/messaging';
import { Signal, type ISignal } from '@lumino/signaling';
import { Panel, type Widget } from '@lumino/widgets';
import React from 'react';

import { ActionsView } from '../components/editor-actions';
import {
  EditorProvider,
  type IEditorContext
} from '../components/editor-context';
import { FormView } from '../components/editor-form';
import { HeaderView } from '../components/editor-header';
import { YamlFindings } from '../components/editor-yaml-findings';
import { PlanView } from '../components/plan-view';
import type { EditorModel } from '../editor-model';
import type { IBuilt } from '../editor-types';
import { PlanLease } from '../plan-lease';
import type { ITerrariumModel } from '../tokens';
import { YamlPane } from './editor-yaml';
import { pastedLockfile } from './lockfile-paste';

/** What an editor needs. */
export interface IEditorOptions {
  model: EditorModel;
  terrarium: ITerrariumModel;
  services: IEditorServices;
  trans: TranslationBundle;
}

/** The editor of specifications: form or YAML on the left, the live plan on the right. */
export class SpecificationEditor extends Panel {
  constructor(options: IEditorOptions) {
    super();
    this.addClass('jp-TerrariumEditor');
    this.model = options.model;
    const { trans } = options;
    const id = `terrarium-editor-${UUID.uuid4()}`;
    const context: IEditorContext = {
      model: options.model,
      terrarium: options.terrarium,
      trans,
      build: () => void this.build(),
      drawn: () => {
        if (this._focusWanted) {
          this._focus();
        }
      },
      close: () => this._closing.emit(),
      decline: () => this._declining.emit(),
      reveal: (line, column) => this.reveal(line, column)
    };
    const view = (element: JSX.Element, name: string): Widget => {
      const widget = ReactWidget.create(
        React.createElement(EditorProvider, { value: context }, element)
      );
      widget.addClass(`jp-TerrariumEditor-${name}`);
      return widget;
    };
    this._form = view(React.createElement(FormView, { id }), 'formPane');
    this._yaml = new YamlPane({
      model: options.model,
      services: options.services,
      trans,
      findings: view(React.createElement(YamlFindings), 'yamlFindings')
    });
    for (const [widget, side] of [
      [this._form, 'form'],
      [this._yaml, 'yaml']
    ] as const) {
      widget.id = `${id}-${side}`;
      widget.node.setAttribute('role', 'tabpanel');
      widget.node.setAttribute('aria-labelledby', `${id}-tab-${side}`);
    }
    this.addWidget(view(React.createElement(HeaderView, { id }), 'headerPane'));
    this.addWidget(this._form);
    this.addWidget(this._yaml);
    this.addWidget(view(React.createElement(PlanView, { id }), 'planPane'));
    this.addWidget(view(React.createElement(ActionsView), 'footerPane'));
    this._lease = new PlanLease({
      shown: plan => options.model.api.planShown(plan),
      hidden: plan => options.model.api.planHidden(plan)
    });
    this.model.changed.connect(this._onModel, this);
    this._onModel();
  }

  readonly model: EditorModel;

  /** An environment or version was made, and its build has begun. */
  get built(): ISignal<this, IBuilt> {
    return this._built;
  }

  /** *Decline…* was pressed. */
  get declining(): ISignal<this, void> {
    return this._declining;
  }

  /** *Cancel* was pressed. */
  get closing(): ISignal<this, void> {
    return this._closing;
  }

  /** Show a place of the YAML, counted from 1. */
  reveal(line: number, column: number): void {
    this.model.setView('yaml');
    this._yaml.reveal(line, column);
  }

  /** Build what is in view, the field with the focus included. */
  async build(): Promise<void> {
    const { activeElement } = document;
    if (
      activeElement instanceof HTMLInputElement &&
      this.node.contains(activeElement)
    ) {
      // A field takes its words over when it is left.
      activeElement.blur();
      activeElement.focus();
    }
    const made = await this.model.build();
    if (made) {
      this._built.emit(made);
    } else if (this.model.missing === 'name') {
      this._field('name')?.focus();
    } else if (this.model.missing === 'reason') {
      this._field('reason')?.focus();
    }
  }

  handleEvent(event: Event): void {
    const lockfile =
      this.model.task.kind === 'build' ? pastedLockfile(event) : null;
    if (lockfile !== null) {
      event.preventDefault();
      event.stopPropagation();
      this.model.setText(lockfile);
      this._focus();
    } else if (
      event instanceof KeyboardEvent &&
      event.key === 'Enter' &&
      (event.ctrlKey || event.metaKey || this._isLast(event.target))
    ) {
      event.preventDefault();
      event.stopPropagation();
      void this.build();
    }
  }

  dispose(): void {
    if (this.isDisposed) {
      return;
    }
    this._lease.dispose();
    super.dispose();
    this.model.dispose();
    Signal.clearData(this);
  }

  protected onAfterAttach(msg: Message): void {
    super.onAfterAttach(msg);
    // Before the text editor, which has a meaning of its own for these keys.
    this.node.addEventListener('keydown', this, true);
    this.node.addEventListener('paste', this, true);
    this._renew();
  }

  protected onAfterShow(msg: Message): void {
    super.onAfterShow(msg);
    this._renew();
  }

  protected onAfterHide(msg: Message): void {
    super.onAfterHide(msg);
    this._renew();
  }

  protected onBeforeDetach(msg: Message): void {
    this.node.removeEventListener('keydown', this, true);
    this.node.removeEventListener('paste', this, true);
    super.onBeforeDetach(msg);
  }

  protected onActivateRequest(msg: Message): void {
    const { activeElement } = document;
    if (activeElement === this.node || !this.node.contains(activeElement)) {
      this._focus();
    }
  }

  /** Give the focus to where work begins, now or as soon as it is drawn. */
  private _focus(): void {
    const named = this.model.base !== null || this.model.name !== '';
    const { lockfile, view } = this.model;
    const next = lockfile ? 'build' : 'add';
    const field = this._field(named ? next : 'name');
    this._focusWanted = false;
    if (view === 'yaml' && !lockfile) {
      this._yaml.activate();
    } else if (field) {
      field.focus();
    } else {
      this._focusWanted = true;
    }
  }

  /** Whether nothing but *Build* is left to do: a lockfile wants a name only. */
  private _isLast(target: EventTarget | null): boolean {
    return this.model.lockfile !== null && target === this._field('name');
  }

  private _field(action: string): HTMLElement | null {
    return this.node.querySelector<HTMLElement>(`[data-action="${action}"]`);
  }

  private _onModel(): void {
    const { view } = this.model;
    this._form.setHidden(view !== 'form');
    this._yaml.setHidden(view !== 'yaml');
    this._renew();
  }

  /** The package files of a plan that is looked at, and that could be built, are fetched. */
  private _renew(): void {
    const { plan, fresh } = this.model.plans;
    const wanted = fresh && plan && !plan.problem && !plan.ready;
    this._lease.update(wanted ? plan.id : null, this.isVisible);
  }

  private _focusWanted = false;
  private readonly _form: Widget;
  private readonly _yaml: YamlPane;
  private readonly _lease: PlanLease;
  private readonly _built = new Signal<this, IBuilt>(this);
  private readonly _declining = new Signal<this, void>(this);
  private readonly _closing = new Signal<this, void>(this);
}
