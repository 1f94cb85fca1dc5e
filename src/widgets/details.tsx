import { MainAreaWidget } from '@jupyterlab/apputils';
import { ReactWidget } from '@jupyterlab/ui-components';
import type { TranslationBundle } from '@jupyterlab/translation';
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
  'build',
  'sharing',
  'elsewhere'
];

/** The tab that *value* names; the overview when it names none. */
export function detailsTab(value: unknown): DetailsTab {
  return TABS.find(tab => tab === value) ?? 'overview';
}

/** The content of a details tab. */
class DetailsBody extends ReactWidget {
  constructor(
    private _context: ITerrariumContext,
    private _target: IEnvironmentRef
  ) {
    super();
    this.addClass('jp-Terrarium-detailsBody');
  }

  get target(): IEnvironmentRef {
    return this._target;
  }

  retarget(target: IEnvironmentRef): void {
    this._target = target;
    this.update();
  }

  showTab(tab: DetailsTab, build?: string, compare?: readonly number[]): void {
    this._tab = tab;
    this._build = build;
    this._compare = compare;
    this.update();
  }

  protected render(): JSX.Element {
    return (
      <TerrariumProvider value={this._context}>
        <DetailsView
          target={this.target}
          tab={this._tab}
          build={this._build}
          compare={this._compare}
          onTab={tab => this.showTab(tab)}
        />
      </TerrariumProvider>
    );
  }

  private _tab: DetailsTab | null = null;
  private _build: string | undefined;
  private _compare: readonly number[] | undefined;
}

/** The main area tab of one environment. */
export class DetailsWidget extends MainAreaWidget<DetailsBody> {
  constructor(context: ITerrariumContext, target: IEnvironmentRef) {
    super({ content: new DetailsBody(context, target) });
    this.id = `jupyterlab-terrarium-${target.namespace}/${target.name}`;
    this._trans = context.trans;
    this._name();
    this.title.icon = terrariumIcon;
    this.title.closable = true;
  }

  get target(): IEnvironmentRef {
    return this.content.target;
  }

  /** The environment has another name or namespace now. */
  retarget(target: IEnvironmentRef): void {
    this.content.retarget(target);
    this._name();
  }

  /** Show a tab: in *build* that build instead of the last, in *versions* a comparison. */
  showTab(tab: DetailsTab, build?: string, compare?: readonly number[]): void {
    this.content.showTab(tab, build, compare);
  }

  private _name(): void {
    const { namespace, name } = this.target;
    this.title.label = name;
    this.title.caption = this._trans.__(
      'Environment %1',
      `${namespace}/${name}`
    );
  }

  private readonly _trans: TranslationBundle;
}
