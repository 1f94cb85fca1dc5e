import type { JupyterFrontEnd } from '@jupyterlab/application';
import { Notification } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { CommandIDs, type ITerrariumModel } from '../tokens';
import { described, target } from './arguments';
import { reporting } from './report';

/** *Kernel of this version*, and its end. */
export function addPinnedKernelCommands(
  app: JupyterFrontEnd,
  model: ITerrariumModel,
  trans: TranslationBundle
): void {
  const { commands } = app;

  commands.addCommand(CommandIDs.pinKernel, {
    label: trans.__('Kernel of This Version'),
    caption: trans.__(
      'List a kernel that runs this version, whatever is current'
    ),
    describedBy: described(trans, ['version'], {
      version: {
        type: ['integer', 'string'],
        description: trans.__(
          'Number of the version, or the name of a pointer that the kernel follows'
        )
      }
    }),
    execute: args =>
      reporting(async () => {
        const ref = target(model, args);
        const { version } = args;
        if (
          !ref ||
          (typeof version !== 'number' && typeof version !== 'string')
        ) {
          return;
        }
        const { items } = await model.api.pinKernel(
          ref.namespace,
          ref.name,
          version
        );
        Notification.success(
          trans.__(
            'In the list of kernels now: %1',
            items.map(kernel => kernel.display_name).join(', ')
          ),
          { autoClose: 6000 }
        );
      })
  });

  commands.addCommand(CommandIDs.unpinKernel, {
    label: trans.__('Remove Kernel of a Version'),
    describedBy: described(trans, ['kernel'], {
      kernel: {
        type: 'string',
        description: trans.__(
          'Name of its kernelspec; a kernel that runs goes on'
        )
      }
    }),
    execute: args =>
      reporting(async () => {
        const ref = target(model, args);
        if (ref && typeof args.kernel === 'string') {
          await model.api.unpinKernel(ref.namespace, ref.name, args.kernel);
        }
      })
  });
}
