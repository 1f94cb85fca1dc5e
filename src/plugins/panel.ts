import {
  ILayoutRestorer,
  type JupyterFrontEnd,
  type JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ILauncher } from '@jupyterlab/launcher';
import { ITranslator } from '@jupyterlab/translation';
import {
  addIcon,
  CommandToolbarButton,
  refreshIcon,
  Toolbar
} from '@jupyterlab/ui-components';
import { Widget } from '@lumino/widgets';
import { noArguments } from '../commands/arguments';
import { terrariumIcon } from '../icons';
import { CommandIDs, ITerrariumModel } from '../tokens';
import { TerrariumPanel } from '../widgets/panel';

/** The panel in the left side bar. */
export const panelPlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-terrarium:plugin',
  description: 'Environments in the left side bar.',
  autoStart: true,
  requires: [ITerrariumModel, ITranslator],
  optional: [ILayoutRestorer, ILauncher],
  activate: (
    app: JupyterFrontEnd,
    model: ITerrariumModel,
    translator: ITranslator,
    restorer: ILayoutRestorer | null,
    launcher: ILauncher | null
  ) => {
    const { commands, shell } = app;
    const trans = translator.load('jupyterlab_terrarium');
    const panel = new TerrariumPanel({ model, commands, trans }, translator);

    commands.addCommand(CommandIDs.openPanel, {
      label: trans.__('Show Environments'),
      icon: terrariumIcon,
      describedBy: noArguments(),
      execute: () => {
        shell.activateById(panel.id);
        panel.focusTree();
      }
    });
    commands.addCommand(CommandIDs.focusFilter, {
      label: trans.__('Filter Environments'),
      describedBy: noArguments(),
      execute: () => {
        shell.activateById(panel.id);
        panel.focusFilter();
      }
    });
    commands.addCommand(CommandIDs.refresh, {
      label: trans.__('Refresh Environments'),
      caption: trans.__('Fetch the list of environments anew'),
      icon: refreshIcon,
      describedBy: noArguments(),
      execute: () => model.refresh()
    });

    const heading = new Widget({ node: document.createElement('h2') });
    heading.node.textContent = trans.__('Environments');
    heading.addClass('jp-Terrarium-heading');
    panel.toolbar.addItem('heading', heading);
    panel.toolbar.addItem('spacer', Toolbar.createSpacerItem());
    panel.toolbar.addItem(
      'new',
      new CommandToolbarButton({
        commands,
        id: CommandIDs.create,
        icon: addIcon,
        label: trans.__('New'),
        caption: trans.__('Make a new environment')
      })
    );
    panel.toolbar.addItem(
      'refresh',
      new CommandToolbarButton({
        commands,
        id: CommandIDs.refresh,
        icon: refreshIcon,
        label: ''
      })
    );

    shell.add(panel, 'left', { rank: 150, type: 'Environments' });
    restorer?.add(panel, panel.id);
    launcher?.add({
      command: CommandIDs.create,
      category: trans.__('Other'),
      rank: 20
    });

    // A menu that closes leaves the focus nowhere; it came from a row.
    app.contextMenu?.menu.aboutToClose.connect(() => {
      requestAnimationFrame(() => panel.restoreFocus());
    }, panel);
  }
};
