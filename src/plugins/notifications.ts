import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { Notification } from '@jupyterlab/apputils';
import { ITranslator, type TranslationBundle } from '@jupyterlab/translation';
import { buildSeconds } from '../build-steps';
import { formatSeconds } from '../format';
import { CommandIDs, ITerrariumModel } from '../tokens';
import type { Build } from '../types';

/** Milliseconds for which good news stays in sight; it stays in the list of notifications. */
const IN_SIGHT = 15_000;

/** Says when a build that this user started has ended. */
export const notificationsPlugin: JupyterFrontEndPlugin<void> = {
  id: 'jupyterlab-terrarium:notifications',
  description: 'Notifications about builds that have ended.',
  autoStart: true,
  requires: [ITerrariumModel, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    model: ITerrariumModel,
    translator: ITranslator
  ) => {
    const trans = translator.load('jupyterlab_terrarium');
    model.buildEnded.connect((_, build) => {
      if (build.state === 'ready') {
        announceReady(app, model, build, trans);
      } else if (build.state === 'failed') {
        announceFailed(app, build, trans);
      }
    }, app);
  }
};

function announceReady(
  app: JupyterFrontEnd,
  model: ITerrariumModel,
  build: Build,
  trans: TranslationBundle
): void {
  const ref = { namespace: build.namespace, name: build.environment };
  const seconds = buildSeconds(build);
  const message =
    seconds === null || build.reused
      ? trans.__('%1, version %2, is ready.', build.environment, build.version)
      : trans.__(
          '%1, version %2, is ready after %3.',
          build.environment,
          build.version,
          formatSeconds(seconds)
        );
  const hasKernel = Boolean(model.find(ref)?.has_kernel);
  const action = hasKernel
    ? {
        label: trans.__('Open notebook'),
        displayType: 'accent' as const,
        callback: () => void app.commands.execute(CommandIDs.newNotebook, ref)
      }
    : {
        label: trans.__('Show details'),
        callback: () => void app.commands.execute(CommandIDs.details, ref)
      };
  const options = { autoClose: IN_SIGHT, actions: [action] };
  if (build.warnings.length > 0) {
    Notification.warning([message, ...build.warnings].join('\n'), options);
  } else {
    Notification.success(message, options);
  }
}

function announceFailed(
  app: JupyterFrontEnd,
  build: Build,
  trans: TranslationBundle
): void {
  const { namespace, environment: name, id } = build;
  Notification.error(
    trans.__(
      '%1, version %2: %3',
      name,
      build.version,
      build.problem?.title ?? trans.__('the build failed')
    ),
    {
      autoClose: false,
      actions: [
        {
          label: trans.__('Show log'),
          displayType: 'accent',
          callback: () =>
            void app.commands.execute(CommandIDs.showLog, {
              namespace,
              name,
              build: id
            })
        }
      ]
    }
  );
}
