import { MainAreaWidget } from '@jupyterlab/apputils';
import { ReactWidget } from '@jupyterlab/ui-components';
import { UUID } from '@lumino/coreutils';
import { Signal, type ISignal } from '@lumino/signaling';
import React from 'react';
import type { ICardSource } from '../card-source';
import type { ICardNotebooks } from '../components/card-actions';
import { CardView } from '../components/card-view';
import {
  TerrariumProvider,
  type ITerrariumContext
} from '../components/context';
import { terrariumIcon } from '../icons';

/** The content of the tab; or above a notebook, with what *lead* says first. */
export class CardBody extends ReactWidget {
  constructor(
    private readonly _context: ITerrariumContext,
    readonly source: ICardSource,
    private readonly _notebooks: ICardNotebooks,
    private readonly _lead?: string
  ) {
    super();
    this.addClass('jp-Terrarium-detailsBody');
  }

  /** What is shared has told its name. */
  get named(): ISignal<this, string> {
    return this._named;
  }

  protected render(): JSX.Element {
    return (
      <TerrariumProvider value={this._context}>
        <CardView
          source={this.source}
          notebooks={this._notebooks}
          lead={this._lead}
          onName={name => this._named.emit(name)}
        />
      </TerrariumProvider>
    );
  }

  private readonly _named = new Signal<this, string>(this);
}

/** The main area tab of what somebody shares. */
export class CardWidget extends MainAreaWidget<CardBody> {
  constructor(
    context: ITerrariumContext,
    source: ICardSource,
    notebooks: ICardNotebooks
  ) {
    super({ content: new CardBody(context, source, notebooks) });
    // A token has no place in an attribute of the page.
    this.id = `jupyterlab-terrarium-card-${UUID.uuid4()}`;
    this.title.label = context.trans.__('Shared Environment');
    this.title.caption = context.trans.__('An environment that is shared');
    this.title.icon = terrariumIcon;
    this.title.closable = true;
    this.content.named.connect((_, name) => {
      this.title.label = name;
    }, this);
    notebooks.changed.connect(() => this.content.update(), this);
  }

  /** What the card is of: there is one tab of each. */
  get source(): ICardSource {
    return this.content.source;
  }
}
