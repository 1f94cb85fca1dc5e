import { MainAreaWidget } from '@jupyterlab/apputils';
import { ReactWidget, type LabIcon } from '@jupyterlab/ui-components';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';
import React from 'react';
import {
  TerrariumProvider,
  type ITerrariumContext
} from '../components/context';

/** What a page of its own in the main area is about. */
export interface IPageOptions {
  /** The same for the same page: there is one tab of each. */
  key: string;
  /** What the page is opened with again after a reload. */
  args: ReadonlyPartialJSONObject;
  label: string;
  caption: string;
  icon: LabIcon;
}

/** A main area tab that is no environment: members, tokens, the audit. */
export class PageWidget extends MainAreaWidget<ReactWidget> {
  constructor(
    context: ITerrariumContext,
    readonly page: IPageOptions,
    view: JSX.Element
  ) {
    const content = ReactWidget.create(
      <TerrariumProvider value={context}>{view}</TerrariumProvider>
    );
    content.addClass('jp-Terrarium-detailsBody');
    super({ content });
    this.id = `jupyterlab-terrarium-${page.key}`;
    this.title.label = page.label;
    this.title.caption = page.caption;
    this.title.icon = page.icon;
    this.title.closable = true;
  }
}
