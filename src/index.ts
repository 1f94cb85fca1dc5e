import type { JupyterFrontEndPlugin } from '@jupyterlab/application';
import { editorPlugin } from './plugins/editor';
import { modelPlugin } from './plugins/model';

const plugins: JupyterFrontEndPlugin<unknown>[] = [modelPlugin, editorPlugin];

export default plugins;
