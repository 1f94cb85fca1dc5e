import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { TranslationBundle } from '@jupyterlab/translation';
import {
  refreshIcon,
  stopIcon,
  textEditorIcon
} from '@jupyterlab/ui-components';
import { isEnded } from '../model-order';
import { CommandIDs, type ITerrariumModel } from '../tokens';
import { buildArguments, target, targetBuild, targetItem } from './arguments';
import { reporting } from './report';

/** *Retry*, *Cancel build* and *Show log*. */
export function addBuildCommands(
  app: JupyterFrontEnd,
  model: ITerrariumModel,
  trans: TranslationBundle
): void {
  const { commands } = app;

  commands.addCommand(CommandIDs.retry, {
    label: trans.__('Retry'),
    caption: trans.__('Build the last version again'),
    icon: refreshIcon,
    describedBy: buildArguments(trans),
    isEnabled: args => canRetry(model, args),
    isVisible: args => canRetry(model, args),
    execute: args =>
      reporting(async () => {
        const build = targetBuild(model, args);
        if (build) {
          const { namespace, environment, version } = build;
          model.watchBuild(
            await model.api.retry(namespace, environment, version)
          );
        }
      })
  });

  commands.addCommand(CommandIDs.cancelBuild, {
    label: trans.__('Cancel Build'),
    caption: trans.__('Stop building; nothing half-built is left'),
    icon: stopIcon,
    describedBy: buildArguments(trans),
    isEnabled: args => canCancel(model, args),
    isVisible: args => canCancel(model, args),
    execute: args =>
      reporting(async () => {
        const build = targetBuild(model, args);
        if (build) {
          model.watchBuild(await model.api.cancelBuild(build.id));
        }
      })
  });

  commands.addCommand(CommandIDs.showLog, {
    label: trans.__('Show Log'),
    caption: trans.__('What the build did, phase by phase, and its log'),
    icon: textEditorIcon,
    describedBy: buildArguments(trans),
    isEnabled: args => targetBuild(model, args) !== null,
    execute: args => {
      const ref = target(model, args);
      const build = typeof args.build === 'string' ? args.build : undefined;
      return ref
        ? commands.execute(CommandIDs.details, { ...ref, tab: 'build', build })
        : undefined;
    }
  });
}

type Args = Parameters<typeof targetBuild>[1];

function canCancel(model: ITerrariumModel, args: Args): boolean {
  const build = targetBuild(model, args);
  return build !== null && !isEnded(build) && !build.cancel_requested;
}

/** Only the last version's last build can be tried again, after it did not succeed. */
function canRetry(model: ITerrariumModel, args: Args): boolean {
  const build = targetBuild(model, args);
  const last = targetItem(
    model,
    build ? { namespace: build.namespace, name: build.environment } : args
  )?.build;
  return (
    build !== null &&
    build.id === last?.id &&
    (build.state === 'failed' || build.state === 'cancelled')
  );
}
