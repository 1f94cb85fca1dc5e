import type { JupyterFrontEndPlugin } from '@jupyterlab/application';
import { actionsPlugin } from './plugins/actions';
import { defaultKernelPlugin } from './plugins/default-kernel';
import { detailsPlugin } from './plugins/details';
import { editorPlugin } from './plugins/editor';
import { filesPlugin } from './plugins/files';
import { kernelsPlugin } from './plugins/kernels';
import { linksPlugin } from './plugins/links';
import { membersPlugin } from './plugins/members';
import { modelPlugin } from './plugins/model';
import { notificationsPlugin } from './plugins/notifications';
import { pagesPlugin } from './plugins/pages';
import { panelPlugin } from './plugins/panel';
import { recordsPlugin } from './plugins/records';

const plugins: JupyterFrontEndPlugin<unknown>[] = [
  modelPlugin,
  panelPlugin,
  detailsPlugin,
  editorPlugin,
  actionsPlugin,
  kernelsPlugin,
  defaultKernelPlugin,
  membersPlugin,
  pagesPlugin,
  notificationsPlugin,
  filesPlugin,
  linksPlugin,
  recordsPlugin
];

export default plugins;
