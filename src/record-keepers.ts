import type { NotebookPanel } from '@jupyterlab/notebook';
import { RecordKeeper, type IKeeperSurroundings } from './record-keeper';

/** Gives every notebook that is opened a keeper of its record. */
export class RecordKeepers {
  constructor(private readonly _surroundings: IKeeperSurroundings) {}

  /** Called by JupyterLab before the content of the notebook is there. */
  createNew(panel: NotebookPanel): RecordKeeper {
    const keeper = new RecordKeeper(panel.context, this._surroundings);
    this._keepers.set(panel, keeper);
    return keeper;
  }

  /** The keeper of an open notebook. */
  of(panel: NotebookPanel | null): RecordKeeper | null {
    return (panel && this._keepers.get(panel)) ?? null;
  }

  private readonly _keepers = new WeakMap<NotebookPanel, RecordKeeper>();
}
