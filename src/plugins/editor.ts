import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { MainAreaWidget } from '@jupyterlab/apputils';
import { ITranslator } from '@jupyterlab/translation';
import { Widget } from '@lumino/widgets';
import { CommandIDs, ITerrariumModel } from '../tokens';

/** The editor of specifications: new environments and new versions. */
export const editorPlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-terrarium:editor',
  description: 'The editor of specifications.',
  autoStart: true,
  requires: [ITerrariumModel, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    model: ITerrariumModel,
    translator: ITranslator
  ) => {
    const trans = translator.load('jupyterlab_terrarium');
    const open = () => {
      const widget = new MainAreaWidget({ content: new Widget() });
      widget.title.label = trans.__('New environment');
      app.shell.add(widget, 'main');
    };
    app.commands.addCommand(CommandIDs.create, {
      label: trans.__('New Environment'),
      describedBy: {
        args: {
          type: 'object',
          properties: {
            text: {
              type: 'string',
              description: trans.__('Specification text to start from')
            },
            file: {
              type: 'string',
              description: trans.__('Path of the file that holds the text')
            }
          }
        }
      },
      execute: open
    });
    app.commands.addCommand(CommandIDs.edit, {
      label: trans.__('Edit Environment'),
      describedBy: {
        args: {
          type: 'object',
          properties: {
            namespace: {
              type: 'string',
              description: trans.__('Namespace of the environment')
            },
            name: {
              type: 'string',
              description: trans.__('Name of the environment')
            }
          }
        }
      },
      execute: open
    });
  }
};
