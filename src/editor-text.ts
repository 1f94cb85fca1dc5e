import { readLockfile, type ILockfileText } from './lockfile-text';
import { EMPTY_FORM, readSpec } from './spec-yaml';
import type { ISpecForm, SpecReading } from './spec-yaml';

/** The text of an editor, and what it is read as: a specification, or a lockfile. */
export class EditorText {
  /** *locks*: whether a lockfile can be built from here. */
  constructor(
    text: string,
    private readonly _locks: boolean
  ) {
    this._text = text;
    this._lockfile = this._locks ? readLockfile(text) : null;
    this._reading = this._read();
    this._form = this._reading.form ?? EMPTY_FORM;
  }

  get text(): string {
    return this._text;
  }

  /** What is known of the lockfile that the text is; null when it is none. */
  get lockfile(): ILockfileText | null {
    return this._lockfile;
  }

  /** The form, or why there is none; that of a lockfile is empty. */
  get reading(): SpecReading {
    return this._reading;
  }

  /** The form; the last one that could be read while the YAML has an error. */
  get form(): ISpecForm {
    return this._form;
  }

  /** The specification that a lockfile took the place of; null when there was none. */
  get before(): string | null {
    return this._before;
  }

  set(text: string): void {
    const specification = this._lockfile ? this._before : this._text;
    this._text = text;
    this._lockfile = this._locks ? readLockfile(text) : null;
    this._before = this._lockfile ? specification : null;
    this._reading = this._read();
    this._form = this._reading.form ?? this._form;
  }

  private _read(): SpecReading {
    return this._lockfile
      ? { form: EMPTY_FORM, error: null }
      : readSpec(this._text);
  }

  private _text: string;
  private _lockfile: ILockfileText | null;
  private _before: string | null = null;
  private _reading: SpecReading;
  private _form: ISpecForm;
}
