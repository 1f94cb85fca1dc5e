import { notifyOutside, permission } from '../browser-notification';

class FakeNotification {
  static permission: NotificationPermission = 'granted';
  static shown: FakeNotification[] = [];
  onclick: (() => void) | null = null;
  closed = false;
  constructor(
    readonly title: string,
    readonly options: NotificationOptions
  ) {
    FakeNotification.shown.push(this);
  }
  close(): void {
    this.closed = true;
  }
}

function look(state: DocumentVisibilityState): void {
  Object.defineProperty(document, 'visibilityState', {
    configurable: true,
    get: () => state
  });
}

describe('the notification of the browser', () => {
  const open = jest.fn();
  const message = { title: 'analysis is ready', body: 'after 6 s', open };

  beforeEach(() => {
    FakeNotification.shown = [];
    FakeNotification.permission = 'granted';
    window.Notification = FakeNotification as unknown as typeof Notification;
    window.focus = jest.fn();
    open.mockClear();
  });
  afterAll(() => look('visible'));

  it('is shown when nobody looks at the tab', () => {
    look('hidden');
    expect(notifyOutside(message)).toBe(true);
    const [shown] = FakeNotification.shown;
    expect(shown.title).toBe('analysis is ready');
    expect(shown.options.body).toBe('after 6 s');
  });

  it('brings the tab to the front and opens what it is about', () => {
    look('hidden');
    notifyOutside(message);
    FakeNotification.shown[0].onclick?.();
    expect(window.focus).toHaveBeenCalled();
    expect(open).toHaveBeenCalledTimes(1);
    expect(FakeNotification.shown[0].closed).toBe(true);
  });

  it('stays away while somebody looks', () => {
    look('visible');
    expect(notifyOutside(message)).toBe(false);
    expect(FakeNotification.shown).toHaveLength(0);
  });

  it('stays away unless it was allowed', () => {
    look('hidden');
    FakeNotification.permission = 'default';
    expect(notifyOutside(message)).toBe(false);
    expect(permission()).toBe('default');
  });
});
