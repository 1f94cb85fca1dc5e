import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette, Notification } from '@jupyterlab/apputils';
import { ITranslator, type TranslationBundle } from '@jupyterlab/translation';
import { ask, notifyOutside, permission } from '../browser-notification';
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
  optional: [ICommandPalette],
  activate: (
    app: JupyterFrontEnd,
    model: ITerrariumModel,
    translator: ITranslator,
    palette: ICommandPalette | null
  ) => {
    const trans = translator.load('jupyterlab_terrarium');
    addPermissionCommand(app, trans);
    palette?.addItem({
      command: CommandIDs.allowNotifications,
      category: trans.__('Environments')
    });
    model.events.connect((_, event) => {
      if (event.kind === 'proposal-changed') {
        void import('../proposal-news').then(({ announceProposal }) =>
          announceProposal(app, model, trans, event)
        );
      }
    });
    model.buildEnded.connect((_, build) => {
      if (build.state === 'ready') {
        announceReady(app, model, build, trans);
      } else if (build.state === 'failed') {
        announceFailed(app, build, trans);
      }
    }, app);
  }
};

/** *Notify me outside of this tab*: browsers want to be asked by the user. */
function addPermissionCommand(
  app: JupyterFrontEnd,
  trans: TranslationBundle
): void {
  app.commands.addCommand(CommandIDs.allowNotifications, {
    label: trans.__('Notify Me When Builds End and I Look Elsewhere'),
    caption: trans.__('Let the browser say so while this tab is hidden'),
    describedBy: { args: { type: 'object', properties: {} } },
    isEnabled: () => permission() === 'default',
    isVisible: () => permission() !== 'unsupported',
    isToggled: () => permission() === 'granted',
    execute: async () => {
      const answer = await ask();
      app.commands.notifyCommandChanged(CommandIDs.allowNotifications);
      if (answer === 'denied') {
        Notification.info(
          trans.__(
            'The browser will not notify you. Its settings for this site change that.'
          ),
          { autoClose: 6000 }
        );
      }
    }
  });
}

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
  notifyOutside({
    title: message,
    body: build.warnings.join('\n'),
    open: action.callback
  });
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
  const message = trans.__(
    '%1, version %2: %3',
    name,
    build.version,
    build.problem?.title ?? trans.__('the build failed')
  );
  const showLog = (): void =>
    void app.commands.execute(CommandIDs.showLog, {
      namespace,
      name,
      build: id
    });
  notifyOutside({
    title: message,
    body: build.problem?.hint ?? '',
    open: showLog
  });
  Notification.error(message, {
    autoClose: false,
    actions: [
      {
        label: trans.__('Show log'),
        displayType: 'accent',
        callback: showLog
      }
    ]
  });
}
