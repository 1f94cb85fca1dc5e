import type { TranslationBundle } from '@jupyterlab/translation';
import type { IDisposable } from '@lumino/disposable';
import { Signal, type ISignal } from '@lumino/signaling';

import { BuildAttempt, type Missing } from './editor-build';
import { ShownFindings, type ISeverityFinding } from './editor-findings';
import { missingFrom, planRequest, submit } from './editor-submit';
import type {
  EditorApi,
  EditorTask,
  EditorView,
  IBase,
  IBuilt,
  IEditorModelOptions
} from './editor-types';
import { EditorText } from './editor-text';
import type { ILockfileText } from './lockfile-text';
import { PlanModel } from './plan-model';
import { setName, type SpecEdit } from './spec-edits';
import type { ISpecForm, SpecReading } from './spec-yaml';
import type { IEnvironmentRef } from './tokens';
import type { OtherVersion, PlanMode, Problem } from './types';

/** The state of one editor tab. The text is the truth; the form is read from it. */
export class EditorModel implements IDisposable {
  constructor(options: IEditorModelOptions) {
    this._trans = options.trans;
    this.api = options.api;
    this._base = options.base;
    this.task = options.task ?? { kind: 'build' };
    this.platform = options.platform;
    this.defaultChannels = options.defaultChannels;
    this.plans = new PlanModel({
      source: (request, signal) => options.api.plan(request, signal),
      explain: (plan, signal) => options.api.planExplanation(plan, signal),
      delay: options.delay
    });
    this._mode = options.mode ?? (options.base ? 'keep' : 'refresh');
    this._namespace = options.namespace;
    this._saved = options.dirty ? null : options.text;
    this._text = new EditorText(options.text, this.task.kind === 'build');
    this._name = options.base?.name ?? this._named('');
    this._scripts = new Set(options.allowedScripts ?? []);
    this._attempt = new BuildAttempt({
      plans: this.plans,
      changed: () => this._emit()
    });
    this.plans.changed.connect(() => this._emit());
    this._plan();
  }

  readonly api: EditorApi;
  readonly platform: string;
  readonly defaultChannels: readonly string[];
  readonly plans: PlanModel;
  readonly task: EditorTask;
  /** Why a change is proposed, or a word to who proposed it. */
  reason = '';

  /** Something that is shown has changed. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  /** The specification, or the lockfile, as written. */
  get text(): string {
    return this._text.text;
  }

  /** What the text locks, when it is a lockfile: built as it is, without a plan. */
  get lockfile(): ILockfileText | null {
    return this._text.lockfile;
  }

  /** The form, or why there is none. */
  get reading(): SpecReading {
    return this._text.reading;
  }

  /** The form; the last one that could be read while the YAML has an error. */
  get form(): ISpecForm {
    return this._text.form;
  }

  /** The specification that a lockfile took the place of, if any. */
  get before(): string | null {
    return this._text.before;
  }

  /** The name; the last one that could be read while the YAML has an error. */
  get name(): string {
    return this._name;
  }

  get namespace(): string {
    return this._namespace;
  }

  /** Whether the packages of the base stay where they can; a first version has no base. */
  get mode(): PlanMode {
    return this._mode;
  }

  /** The environment that gets a new version, and the version that was edited; or null. */
  get base(): IBase | null {
    return this._base;
  }

  /** What somebody else has saved meanwhile; stays in view until it is settled. */
  get conflict(): OtherVersion | null {
    return this._attempt.conflict;
  }

  get view(): EditorView {
    return this._view;
  }

  /** Whether closing loses something. */
  get dirty(): boolean {
    return this.text !== this._saved;
  }

  /** Whether *Build* is under way. */
  get building(): boolean {
    return this._attempt.building;
  }

  /** Why the last *Build* was refused; null after the next change. */
  get refusal(): Problem | null {
    return this._attempt.refusal;
  }

  /** What the server, or failing that the YAML parser, says about the text. */
  get findings(): readonly ISeverityFinding[] {
    return this._findings.items;
  }

  /** What the main button was pressed without. */
  get missing(): Missing {
    return this._attempt.missing;
  }

  /** Channels that searches look into. */
  get channels(): readonly string[] {
    const listed = this.form.channels.map(item => item.text);
    return listed.length > 0 ? listed : this.defaultChannels;
  }

  setText(text: string): void {
    if (text === this.text) {
      return;
    }
    this._text.set(text);
    if (!this.base) {
      this._name = this._named(this._name);
    }
    this._attempt.forget();
    this._plan();
    this._emit();
  }

  /** Make an edit of the form; without effect while the form cannot be read. */
  edit(edit: SpecEdit): void {
    if (this.reading.form && !this.lockfile) {
      this.setText(edit(this.text));
    }
  }

  setName(name: string): void {
    if (this.lockfile && !this.base) {
      this._name = name;
      this._attempt.forget();
      this._emit();
    } else {
      this.edit(setName(name));
    }
  }

  setNamespace(namespace: string): void {
    this._namespace = namespace;
    this._attempt.forget();
    this._emit();
  }

  setMode(mode: PlanMode): void {
    if (mode !== this._mode) {
      this._mode = mode;
      this._attempt.forget();
      this._plan();
      this._emit();
    }
  }

  setReason(reason: string): void {
    this.reason = reason;
    this._attempt.forget();
    this._emit();
  }

  setView(view: EditorView): void {
    this._view = view;
    this._emit();
  }

  /** The text here is to follow what somebody else has saved; that stays as it is. */
  applyOnTop(): void {
    const { conflict } = this._attempt;
    if (this._base && conflict) {
      this._base = { ...this._base, version: conflict.version };
      this._attempt.settle();
      this.plans.again();
      this._emit();
    }
  }

  /** The environment has another name or namespace now: a new version goes there. */
  relocate({ namespace, name }: IEnvironmentRef): void {
    if (this._base) {
      this._base = { ...this._base, namespace, name };
      this._namespace = namespace;
      this._name = name;
      this._attempt.forget();
      this._plan();
      this._emit();
    }
  }

  mayRun(script: string): boolean {
    return this._scripts.has(script);
  }

  /** Allow the post-link script of a package, or no longer. */
  allowScript(script: string, allowed: boolean): void {
    if (allowed) {
      this._scripts.add(script);
    } else {
      this._scripts.delete(script);
    }
    this._emit();
  }

  /**
   * Send what is in view, under the plan that is in view.
   *
   * Null when it was refused: `missing` or `refusal` say why.
   */
  build(): Promise<IBuilt | null> {
    return this._attempt.run(missingFrom(this), () => this._send());
  }

  dispose(): void {
    if (this._isDisposed) {
      return;
    }
    this._isDisposed = true;
    this.plans.dispose();
    Signal.clearData(this);
  }

  private async _send(): Promise<IBuilt> {
    const { text } = this;
    const made = await submit(this.api, {
      text,
      lockfile: this.lockfile !== null,
      namespace: this._namespace,
      name: this._name,
      base: this.base,
      mode: this._mode,
      plan: this.plans.plan,
      task: this.task,
      reason: this.reason.trim(),
      mayRun: name => this.mayRun(name)
    });
    this._saved = text;
    return made;
  }

  private _emit(): void {
    if (this._isDisposed) {
      return;
    }
    this._findings.update(
      this.text,
      this.reading.error,
      this._trans,
      this.plans,
      this._attempt.refusal
    );
    this._changed.emit();
  }

  private _plan(): void {
    this.plans.update(planRequest(this.text, this.reading, this.form, this));
  }

  /** What a new environment is called; a lockfile has no field for it, so *name* stays. */
  private _named(name: string): string {
    return this.lockfile ? name || this.lockfile.name : this.form.name;
  }

  private readonly _changed = new Signal<this, void>(this);
  private readonly _trans: TranslationBundle;
  private readonly _scripts: Set<string>;
  private readonly _attempt: BuildAttempt;
  private readonly _findings = new ShownFindings();
  private readonly _text: EditorText;
  private _mode: PlanMode;
  private _base: IBase | null;
  private _namespace: string;
  private _name: string;
  private _saved: string | null;
  private _view: EditorView = 'form';
  private _isDisposed = false;
}
