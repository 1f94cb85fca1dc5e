import type { JupyterFrontEnd } from '@jupyterlab/application';
import { Signal } from '@lumino/signaling';
import { kernelsPlugin } from '../plugins/kernels';
import type { ITerrariumModel } from '../tokens';
import type { TerrariumEvent } from '../types';
import { makeEvent } from './fakes';

describe('the kernels plugin', () => {
  const refreshSpecs = jest.fn();
  const events = new Signal<object, TerrariumEvent>({});
  const kernelsMoved = new Signal<object, void>({});
  const app = { serviceManager: { kernelspecs: { refreshSpecs } } };
  let hidden = false;

  const setHidden = (value: boolean) => {
    hidden = value;
    document.dispatchEvent(new Event('visibilitychange'));
  };

  beforeAll(() => {
    jest.spyOn(document, 'hidden', 'get').mockImplementation(() => hidden);
    void kernelsPlugin.activate(
      app as unknown as JupyterFrontEnd,
      { events, kernelsMoved } as unknown as ITerrariumModel
    );
  });

  beforeEach(() => refreshSpecs.mockClear());

  it('refreshes at once when the kernels change', () => {
    events.emit(makeEvent({ kind: 'kernels-changed' }));
    expect(refreshSpecs).toHaveBeenCalledTimes(1);
  });

  it('refreshes when the server has got kernels of its team store', () => {
    kernelsMoved.emit();
    expect(refreshSpecs).toHaveBeenCalledTimes(1);
  });

  it('does not refresh for progress', () => {
    events.emit(makeEvent({ data: { state: 'linking' } }));
    expect(refreshSpecs).not.toHaveBeenCalled();
  });

  it('refreshes again when a hidden tab is seen, since the first one may be lost', () => {
    setHidden(true);
    events.emit(makeEvent({ kind: 'kernels-changed' }));
    refreshSpecs.mockClear();
    setHidden(false);
    expect(refreshSpecs).toHaveBeenCalledTimes(1);
    setHidden(true);
    setHidden(false);
    expect(refreshSpecs).toHaveBeenCalledTimes(1);
  });
});
