import type { NotebookPanel } from '@jupyterlab/notebook';
import { Signal, type ISignal } from '@lumino/signaling';
import { RecordKeeper, type IKeeperSurroundings } from './record-keeper';

/** A notebook with the keeper of its record. */
export interface IKept {
  panel: NotebookPanel;
  keeper: RecordKeeper;
}

/** Gives every notebook that is opened a keeper of its record. */
export class RecordKeepers {
  constructor(private readonly _surroundings: IKeeperSurroundings) {}

  /** A notebook has been opened. */
  get added(): ISignal<this, IKept> {
    return this._added;
  }

  /** Called by JupyterLab before the content of the notebook is there. */
  createNew(panel: NotebookPanel): RecordKeeper {
    return this.of(panel);
  }

  /** The keeper of a notebook; its toolbar is made before `createNew` is called. */
  of(panel: NotebookPanel): RecordKeeper {
    let keeper = this._keepers.get(panel);
    if (!keeper) {
      keeper = new RecordKeeper(panel.context, this._surroundings);
      this._keepers.set(panel, keeper);
      this._added.emit({ panel, keeper });
    }
    return keeper;
  }

  private readonly _keepers = new WeakMap<NotebookPanel, RecordKeeper>();
  private readonly _added = new Signal<this, IKept>(this);
}
