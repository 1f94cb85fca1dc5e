import type { JupyterFrontEnd } from '@jupyterlab/application';
import { InputDialog, Notification } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { CommandIDs, type ITerrariumModel } from '../tokens';
import { described, target } from './arguments';
import { reporting } from './report';

/** *Make current*, *Hold*, *Point here* and *Remove pointer*. */
export function addVersionCommands(
  app: JupyterFrontEnd,
  model: ITerrariumModel,
  trans: TranslationBundle
): void {
  const { commands } = app;

  commands.addCommand(CommandIDs.makeCurrent, {
    label: trans.__('Make This Version Current'),
    describedBy: described(trans, ['version'], {
      version: {
        type: 'integer',
        description: trans.__('Number of the version that kernels will run')
      }
    }),
    execute: args =>
      reporting(async () => {
        const ref = target(model, args);
        if (ref && typeof args.version === 'number') {
          await model.api.updateEnvironment(ref.namespace, ref.name, {
            current: args.version
          });
          Notification.success(
            trans.__(
              'Version %1 of %2 is current now. Restart a kernel to use it.',
              args.version,
              ref.name
            ),
            { autoClose: 6000 }
          );
        }
      })
  });

  commands.addCommand(CommandIDs.hold, {
    label: trans.__('Hold'),
    caption: trans.__('New versions wait until somebody makes them current'),
    describedBy: described(trans, ['hold'], {
      hold: {
        type: 'boolean',
        description: trans.__('Whether new versions wait')
      }
    }),
    execute: args =>
      reporting(async () => {
        const ref = target(model, args);
        if (ref && typeof args.hold === 'boolean') {
          await model.api.updateEnvironment(ref.namespace, ref.name, {
            hold: args.hold
          });
        }
      })
  });

  commands.addCommand(CommandIDs.point, {
    label: trans.__('Point Here…'),
    caption: trans.__('Let a name such as "stable" lead to this version'),
    describedBy: described(trans, ['version'], {
      version: {
        type: 'integer',
        description: trans.__('Number of the version to lead to')
      },
      pointer: {
        type: 'string',
        description: trans.__('Name of the pointer; without it you are asked')
      }
    }),
    execute: args =>
      reporting(async () => {
        const ref = target(model, args);
        if (!ref || typeof args.version !== 'number') {
          return;
        }
        const pointer =
          typeof args.pointer === 'string'
            ? args.pointer
            : await askPointer(args.version, trans);
        if (pointer) {
          const { namespace, name } = ref;
          await model.api.putPointer(namespace, name, pointer, args.version);
        }
      })
  });

  commands.addCommand(CommandIDs.removePointer, {
    label: trans.__('Remove Pointer'),
    describedBy: described(trans, ['pointer'], {
      pointer: {
        type: 'string',
        description: trans.__('Name of the pointer; its version stays')
      }
    }),
    execute: args =>
      reporting(async () => {
        const ref = target(model, args);
        if (ref && typeof args.pointer === 'string') {
          await model.api.deletePointer(ref.namespace, ref.name, args.pointer);
        }
      })
  });
}

async function askPointer(
  version: number,
  trans: TranslationBundle
): Promise<string> {
  const { button, value } = await InputDialog.getText({
    title: trans.__('A name for version %1', version),
    label: trans.__(
      'It can be written wherever a version number can: NAME@staging'
    ),
    text: 'staging',
    okLabel: trans.__('Point here')
  });
  return button.accept ? (value ?? '').trim() : '';
}
