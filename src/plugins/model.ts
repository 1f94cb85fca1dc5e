import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ITranslator } from '@jupyterlab/translation';
import { TerrariumApi } from '../api';
import { TerrariumModel } from '../model';
import { ITerrariumModel } from '../tokens';

/** Gives everybody the one model, and feeds it with the server's events. */
export const modelPlugin: JupyterFrontEndPlugin<ITerrariumModel> = {
  id: 'jupyterlab-terrarium:model',
  description: 'The state of Terrarium, kept in step by server events.',
  autoStart: true,
  requires: [ITranslator],
  provides: ITerrariumModel,
  activate: (app: JupyterFrontEnd, translator: ITranslator) => {
    const { serverSettings } = app.serviceManager;
    const model = new TerrariumModel({
      api: new TerrariumApi(serverSettings),
      stream: app.serviceManager.events.stream,
      trans: translator.load('jupyterlab_terrarium')
    });
    app.serviceManager.connectionFailure.connect(() => model.connectionLost());
    document.addEventListener('visibilitychange', () => {
      if (!document.hidden) {
        void model.catchUp();
      }
    });
    void app.started.then(() => model.refresh());
    return model;
  }
};
