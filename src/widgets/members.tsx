import { MainAreaWidget } from '@jupyterlab/apputils';
import { ReactWidget, usersIcon } from '@jupyterlab/ui-components';
import React from 'react';
import {
  TerrariumProvider,
  type ITerrariumContext
} from '../components/context';
import { MembersView } from '../components/members-view';

/** The main area tab about who belongs to a shared namespace. */
export class MembersWidget extends MainAreaWidget<ReactWidget> {
  constructor(
    context: ITerrariumContext,
    readonly namespace: string
  ) {
    const content = ReactWidget.create(
      <TerrariumProvider value={context}>
        <MembersView namespace={namespace} />
      </TerrariumProvider>
    );
    content.addClass('jp-Terrarium-detailsBody');
    super({ content });
    this.id = `jupyterlab-terrarium-members-${namespace}`;
    this.title.label = namespace;
    this.title.caption = context.trans.__('Members of %1', namespace);
    this.title.icon = usersIcon;
    this.title.closable = true;
  }
}
