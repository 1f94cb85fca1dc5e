import { Notification } from '@jupyterlab/apputils';
import { ServerConnection, type KernelSpec } from '@jupyterlab/services';
import { nullTranslator } from '@jupyterlab/translation';
import { LocalApi } from '../local-api';
import { LocalKernels } from '../local-kernels';
import type { ITerrariumModel } from '../tokens';
import type { LocalEnvironment } from '../types';

const REF = { namespace: 'geo', name: 'climate' };
const at = (state: string, title?: string) =>
  ({ state, problem: title ? { title } : null }) as unknown as LocalEnvironment;

describe('LocalKernels', () => {
  const listed = new Set<string>();
  const refreshSpecs = jest.fn();
  const specs = {
    get specs() {
      const entries = [...listed].map(name => [name, {}]);
      return { kernelspecs: Object.fromEntries(entries) };
    },
    refreshSpecs
  } as unknown as KernelSpec.IManager;
  const settings = ServerConnection.makeSettings({
    baseUrl: 'http://localhost/'
  });
  const local = new LocalKernels(
    { api: { settings } } as unknown as ITerrariumModel,
    specs,
    nullTranslator.load('')
  );
  const bring = jest.spyOn(LocalApi.prototype, 'bring');
  const show = jest.spyOn(LocalApi.prototype, 'show');

  beforeEach(() => {
    listed.clear();
    [refreshSpecs, bring, show].forEach(mock => mock.mockReset());
  });

  it('asks for nothing when the session lists the kernel', async () => {
    listed.add('k');
    expect(await local.listed(REF, 'k')).toBe('k');
    expect(refreshSpecs).not.toHaveBeenCalled();
    expect(bring).not.toHaveBeenCalled();
  });

  it('gets here what only the team store has, and says so meanwhile', async () => {
    bring.mockResolvedValue(at('building'));
    show.mockImplementation(async () => {
      expect(Notification.manager.notifications[0].message).toContain(
        'Getting climate onto this server'
      );
      listed.add('k');
      return at('ready');
    });
    expect(await local.listed(REF, 'k')).toBe('k');
    expect(Notification.manager.count).toBe(0);
  });

  it('tells why that was not possible', async () => {
    bring.mockResolvedValue(at('failed', 'no space is left'));
    await expect(local.listed(REF, 'k')).rejects.toThrow('no space is left');
  });
});
