import { environmentLabel } from '../components/environment-row';
import { headLabel } from '../components/head-row';
import { EnvironmentIndex } from '../environment-index';
import { recommendedKernel, suggestKernel } from '../plugins/default-kernel';
import { environmentRows, isNewcomer } from '../rows';
import { makeEnvironment, makeNamespace } from './fakes';
import { nullTranslator } from '@jupyterlab/translation';

const trans = nullTranslator.load('test');
const geo = makeNamespace({ name: 'geo', kind: 'shared', role: 'viewer' });
const source = {
  namespaces: [
    makeNamespace({ name: 'ana' }),
    makeNamespace({ name: 'art', kind: 'shared' }),
    geo
  ],
  environments: [
    makeEnvironment({ name: 'climate', namespace: 'geo', recommended: true })
  ],
  filter: '',
  found: new Map<string, readonly string[]>(),
  folded: new Set<string>(),
  own: 'ana'
};

const heads = (given: typeof source) =>
  environmentRows(given).flatMap(row =>
    row.kind === 'head' ? [row.namespace?.name] : []
  );

describe('what is recommended', () => {
  it('comes first in the panel of somebody who has nothing yet', () => {
    expect(isNewcomer(source)).toBe(true);
    expect(heads(source)).toEqual(['geo', 'ana', 'art']);
  });

  it('comes after what is mine once I have something', () => {
    const mine = {
      ...source,
      environments: [...source.environments, makeEnvironment()]
    };
    expect(isNewcomer(mine)).toBe(false);
    expect(heads(mine)).toEqual(['ana', 'art', 'geo']);
  });

  it('comes first in its section, also when that is said later', () => {
    const index = new EnvironmentIndex();
    const alpha = makeEnvironment({ name: 'alpha' });
    const omega = makeEnvironment({ name: 'omega' });
    index.reset([alpha, omega]);
    expect(index.sorted.map(item => item.name)).toEqual(['alpha', 'omega']);
    index.put({ ...omega, recommended: true });
    expect(index.sorted.map(item => item.name)).toEqual(['omega', 'alpha']);
  });

  it('is said aloud, and so is my role', () => {
    expect(environmentLabel(source.environments[0], [], trans)).toContain(
      ', recommended'
    );
    const head = environmentRows(source)[0];
    expect(head.kind === 'head' && headLabel(head, trans)).toBe(
      'Team: geo, you are viewer'
    );
  });
});

describe('the kernel of a new notebook', () => {
  const ours = {
    name: 'k1',
    display_name: 'climate',
    metadata: { terrarium: { format: 1 } }
  };
  const specs = (name: string) =>
    ({
      default: name,
      kernelspecs: { k1: ours, python3: { name: 'python3', metadata: {} } }
    }) as unknown as Parameters<typeof recommendedKernel>[0];

  it('is the default of the server when that is one of ours', () => {
    expect(recommendedKernel(specs('k1'))).toBe('k1');
    expect(recommendedKernel(specs('python3'))).toBeNull();
    expect(recommendedKernel(null)).toBeNull();
  });

  /** The kernel that a notebook prefers once its content is known. */
  async function preferred(given: {
    name?: string;
    kernel?: string;
    language?: string;
    source?: string;
    begun?: boolean;
  }): Promise<string | undefined> {
    const cell = { sharedModel: { getSource: () => given.source ?? '' } };
    const context = {
      ready: Promise.resolve(),
      isDisposed: false,
      model: {
        cells: [cell],
        defaultKernelName: given.kernel ?? '',
        defaultKernelLanguage: given.language ?? ''
      },
      sessionContext: {
        isReady: given.begun === true,
        kernelPreference: { name: given.name, autoStartDefault: false }
      }
    };
    await suggestKernel(
      context as unknown as Parameters<typeof suggestKernel>[0],
      () => 'k1'
    );
    return context.sessionContext.kernelPreference.name;
  }

  it('is taken for a blank one that names none', async () => {
    expect(await preferred({})).toBe('k1');
    expect(await preferred({ name: '' })).toBe('k1');
  });

  it('is not forced on one that has a kernel, a language or content', async () => {
    expect(await preferred({ name: 'other' })).toBe('other');
    expect(await preferred({ kernel: 'other' })).toBeUndefined();
    expect(await preferred({ language: 'R' })).toBeUndefined();
    expect(await preferred({ source: '1 + 1' })).toBeUndefined();
  });

  it('is not suggested to one that has begun without', async () => {
    expect(await preferred({ begun: true })).toBeUndefined();
  });
});
