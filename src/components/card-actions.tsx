import { InputDialog, Notification } from '@jupyterlab/apputils';
import type { ISignal } from '@lumino/signaling';
import React from 'react';
import type { ICardSource } from '../card-source';
import { formatBytes } from '../format';
import { saveBlob, saveText } from '../save-text';
import { CommandIDs } from '../tokens';
import type { Card, ShareUse } from '../types';
import { useTerrarium } from './context';
import type { ICardState } from './use-card';

/** What a card may do with notebooks. */
export interface ICardNotebooks {
  /** Open a new notebook on a kernel. */
  open(kernel: string): Promise<void>;
  /** Name of the notebook that is in front, if there is one. */
  current(): string | null;
  /** Another notebook is in front, or none. */
  readonly changed: ISignal<unknown, unknown>;
  /** Start a kernel in that notebook. */
  switchTo(kernel: string): Promise<void>;
  /** Instead of both: start it in the notebook that the card is about. */
  get?(kernel: string): Promise<void>;
  /** Put a copy of a shared notebook among one's files, and open it on a kernel. */
  openCopy?(kernel: string, name: string, text: string): Promise<void>;
}

/** The buttons of a card, most likely first. Nothing runs before one is pressed. */
export function CardActions(props: {
  source: ICardSource;
  state: ICardState;
  notebooks: ICardNotebooks;
}): JSX.Element {
  const { commands, trans } = useTerrarium();
  const { source, state, notebooks } = props;
  const card = state.card as Card;
  const mayUse = card.rights !== 'view' && card.here;
  const busy = state.busy || state.awaited;
  const open = notebooks.current();
  const { get, openCopy } = notebooks;
  const withNotebook = openCopy !== undefined && card.notebook !== '';

  const withKernel = (work: (kernel: string) => Promise<void>): void =>
    state.use(async (used: ShareUse) => {
      const kernel = used.kernels[0];
      if (!kernel) {
        throw new Error(
          trans.__('%1 has no kernel, so no notebook can run in it.', used.name)
        );
      }
      await work(kernel.name);
    });
  const copy = async (): Promise<void> => {
    const answer = await InputDialog.getText({
      title: trans.__('Copy to My Environments'),
      label: trans.__('Name of the copy'),
      text: card.name,
      okLabel: trans.__('Copy')
    });
    const name = answer.value?.trim();
    if (!answer.button.accept || !name) {
      return;
    }
    const made = await source.copy(name);
    Notification.success(
      trans.__('%1 is among your environments now.', made.name),
      { autoClose: 6000 }
    );
    await commands.execute(CommandIDs.details, {
      namespace: made.namespace,
      name: made.name
    });
  };

  return (
    <div className="jp-Terrarium-detailsActions">
      {mayUse && get && (
        <button
          type="button"
          className="jp-mod-styled jp-mod-accept jp-Terrarium-button"
          disabled={busy || !card.has_kernel}
          title={trans.__('Run this notebook in exactly this environment')}
          onClick={() => withKernel(get)}
        >
          {trans.__('Get This Environment')}
        </button>
      )}
      {mayUse && withNotebook && (
        <button
          type="button"
          className="jp-mod-styled jp-mod-accept jp-Terrarium-button"
          disabled={busy || !card.has_kernel}
          title={trans.__(
            'Put a copy of the notebook among your files, and open it in this environment'
          )}
          onClick={() =>
            withKernel(async kernel =>
              openCopy?.(
                kernel,
                card.notebook,
                await source.file('notebook.ipynb')
              )
            )
          }
        >
          {trans.__('Open a Copy')}
        </button>
      )}
      {mayUse && !get && (
        <button
          type="button"
          className={
            withNotebook
              ? 'jp-mod-styled jp-Terrarium-button'
              : 'jp-mod-styled jp-mod-accept jp-Terrarium-button'
          }
          disabled={busy || !card.has_kernel}
          title={
            card.has_kernel
              ? trans.__('Open a new notebook that runs in this environment')
              : trans.__('It has no kernel')
          }
          onClick={() => withKernel(kernel => notebooks.open(kernel))}
        >
          {trans.__('New Notebook')}
        </button>
      )}
      {mayUse && !get && (
        <button
          type="button"
          className="jp-mod-styled jp-Terrarium-button"
          disabled={busy || !card.has_kernel || open === null}
          title={
            open === null
              ? trans.__('No notebook is open')
              : trans.__('Start its kernel in %1', open)
          }
          onClick={() => withKernel(kernel => notebooks.switchTo(kernel))}
        >
          {trans.__('Use in Current Notebook')}
        </button>
      )}
      {card.rights === 'copy' && (
        <button
          type="button"
          className="jp-mod-styled jp-Terrarium-button"
          disabled={busy}
          onClick={() => state.act(copy)}
        >
          {trans.__('Copy to My Environments…')}
        </button>
      )}
      {card.notebook && (
        <button
          type="button"
          className="jp-mod-styled jp-Terrarium-button"
          disabled={busy}
          onClick={() =>
            state.act(async () =>
              saveText(card.notebook, await source.file('notebook.ipynb'))
            )
          }
        >
          {trans.__('Download %1', card.notebook)}
        </button>
      )}
      {source.files.map(file => (
        <button
          key={file}
          type="button"
          className="jp-mod-styled jp-Terrarium-button"
          disabled={busy}
          onClick={() =>
            state.act(async () => saveText(file, await source.file(file)))
          }
        >
          {trans.__('Download %1', file)}
        </button>
      ))}
      {card.forms.map(({ form, title, file_name, ready, size }) => (
        <button
          key={form}
          type="button"
          className="jp-mod-styled jp-Terrarium-button"
          disabled={busy || !ready || !source.form}
          title={ready ? file_name : trans.__('It is being made')}
          onClick={() =>
            state.act(async () => {
              const content = await source.form?.(form);
              if (content) {
                saveBlob(file_name, content);
              }
            })
          }
        >
          {size > 0
            ? trans.__('Download %1 (%2)', title, formatBytes(size))
            : trans.__('Download %1', title)}
        </button>
      ))}
    </div>
  );
}
