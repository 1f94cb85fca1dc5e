import { MainAreaWidget } from '@jupyterlab/apputils';
import { ReactWidget } from '@jupyterlab/ui-components';
import React from 'react';
import {
  TerrariumProvider,
  type ITerrariumContext
} from '../components/context';
import { DetailsView, type DetailsTab } from '../components/details-view';
import { terrariumIcon } from '../icons';
import type { IEnvironmentRef } from '../tokens';

const TABS: readonly DetailsTab[] = [
  'overview',
  'packages',
  'versions',
  'build'
];

/** The tab that *value* names; the overview when it names none. */
export function detailsTab(value: unknown): DetailsTab {
  return TABS.find(tab => tab === value) ?? 'overview';
}

/** The content of a details tab. */
class DetailsBody extends ReactWidget {
  constructor(
    private _context: ITerrariumContext,
    readonly target: IEnvironmentRef
  ) {
    super();
    this.addClass('jp-Terrarium-detailsBody');
  }

  showTab(tab: DetailsTab, build?: string): void {
    this._tab = tab;
    this._build = build;
    this.update();
  }

  protected render(): JSX.Element {
    return (
      <TerrariumProvider value={this._context}>
        <DetailsView
          target={this.target}
          tab={this._tab}
          build={this._build}
          onTab={tab => this.showTab(tab)}
        />
      </TerrariumProvider>
    );
  }

  private _tab: DetailsTab | null = null;
  private _build: string | undefined;
}

/** The main area tab of one environment. */
export class DetailsWidget extends MainAreaWidget<DetailsBody> {
  constructor(context: ITerrariumContext, target: IEnvironmentRef) {
    super({ content: new DetailsBody(context, target) });
    this.id = `jupyterlab-terrarium-${target.namespace}/${target.name}`;
    this.title.label = target.name;
    this.title.caption = context.trans.__(
      'Environment %1',
      `${target.namespace}/${target.name}`
    );
    this.title.icon = terrariumIcon;
    this.title.closable = true;
  }

  get target(): IEnvironmentRef {
    return this.content.target;
  }

  /** Show a tab, and in *build* that build instead of the last. */
  showTab(tab: DetailsTab, build?: string): void {
    this.content.showTab(tab, build);
  }
}
