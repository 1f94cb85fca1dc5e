import {
  CodeEditor,
  CodeEditorWrapper,
  type IEditorServices
} from '@jupyterlab/codeeditor';
import { CodeMirrorEditor } from '@jupyterlab/codemirror';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { Message } from '@lumino/messaging';
import { Panel, type Widget } from '@lumino/widgets';

import type { EditorModel } from '../editor-model';
import { setMarks, yamlMarks } from './yaml-marks';

/** Options of the YAML pane. */
export interface IYamlPaneOptions {
  model: EditorModel;
  services: IEditorServices;
  trans: TranslationBundle;
  /** The list of findings, below the text. */
  findings: Widget;
}

/** The specification as text, in JupyterLab's own editor, in step with the form. */
export class YamlPane extends Panel {
  constructor(options: IYamlPaneOptions) {
    super();
    this.addClass('jp-TerrariumEditor-yaml');
    this._model = options.model;
    const { factoryService } = options.services;
    this._text = new CodeEditor.Model({ mimeType: 'text/x-yaml' });
    this._text.sharedModel.setSource(options.model.text);
    this._text.sharedModel.clearUndoHistory();
    this._wrapper = new CodeEditorWrapper({
      model: this._text,
      factory: factoryService.newDocumentEditor,
      editorOptions: {
        config: {
          lineNumbers: true,
          lineWrap: true,
          indentUnit: '2',
          tabFocusable: true
        },
        extensions: [yamlMarks]
      }
    });
    this._wrapper.addClass('jp-TerrariumEditor-code');
    this._label(options.trans);
    this.addWidget(this._wrapper);
    this.addWidget(options.findings);
    this._text.sharedModel.changed.connect(this._onText, this);
    this._model.changed.connect(this._onModel, this);
    this._onModel();
  }

  /** Put the cursor at a place, counted from 1, and show it. */
  reveal(line: number, column: number): void {
    const { editor } = this._wrapper;
    const position = {
      line: Math.min(line, editor.lineCount) - 1,
      column: column - 1
    };
    editor.setCursorPosition(position);
    editor.revealPosition(position);
    editor.focus();
  }

  dispose(): void {
    if (this.isDisposed) {
      return;
    }
    this._model.changed.disconnect(this._onModel, this);
    super.dispose();
    this._text.dispose();
  }

  protected onActivateRequest(msg: Message): void {
    this._wrapper.editor.focus();
  }

  protected onUpdateRequest(msg: Message): void {
    const { editor } = this._wrapper;
    this._marked = this._model.findings;
    if (editor instanceof CodeMirrorEditor) {
      editor.editor.dispatch({ effects: setMarks.of(this._marked) });
    }
  }

  private _onText(): void {
    this._model.setText(this._text.sharedModel.getSource());
  }

  private _onModel(): void {
    const { text, findings } = this._model;
    const shared = this._text.sharedModel;
    const shown = shared.getSource();
    if (shown !== text) {
      const { start, end, by } = difference(shown, text);
      shared.updateSource(start, end, by);
    }
    if (findings !== this._marked) {
      // Not now: the change may come from within an update of the text editor itself.
      this.update();
    }
  }

  private _label(trans: TranslationBundle): void {
    const { editor } = this._wrapper;
    if (editor instanceof CodeMirrorEditor) {
      const { contentDOM } = editor.editor;
      contentDOM.setAttribute('aria-label', trans.__('Specification as YAML'));
      contentDOM.setAttribute(
        'aria-description',
        trans.__('Press Escape, then Tab to leave the text.')
      );
    }
  }

  private readonly _model: EditorModel;
  private readonly _text: CodeEditor.Model;
  private readonly _wrapper: CodeEditorWrapper;
  private _marked: EditorModel['findings'] | null = null;
}

/** The one stretch in which two texts differ, so that cursor and undo survive an edit. */
export function difference(
  before: string,
  after: string
): { start: number; end: number; by: string } {
  const most = Math.min(before.length, after.length);
  let start = 0;
  while (start < most && before[start] === after[start]) {
    start += 1;
  }
  let tail = 0;
  while (
    tail < most - start &&
    before[before.length - 1 - tail] === after[after.length - 1 - tail]
  ) {
    tail += 1;
  }
  return {
    start,
    end: before.length - tail,
    by: after.slice(start, after.length - tail)
  };
}
