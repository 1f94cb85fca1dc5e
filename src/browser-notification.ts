/** What the browser itself can say when nobody looks at this tab. */
export interface IBrowserMessage {
  title: string;
  body: string;
  /** What happens when the message is clicked; the tab comes to the front first. */
  open: () => void;
}

/** Whether the browser can notify, and what the user has said to that. */
export function permission(): NotificationPermission | 'unsupported' {
  return typeof window.Notification === 'undefined'
    ? 'unsupported'
    : window.Notification.permission;
}

/** Ask the user; only in answer to something they did, or browsers refuse. */
export function ask(): Promise<NotificationPermission> {
  return window.Notification.requestPermission();
}

/** Show *message* by the browser when the tab is hidden and the user has allowed it. */
export function notifyOutside(message: IBrowserMessage): boolean {
  if (document.visibilityState !== 'hidden' || permission() !== 'granted') {
    return false;
  }
  const shown = new window.Notification(message.title, { body: message.body });
  shown.onclick = () => {
    window.focus();
    message.open();
    shown.close();
  };
  return true;
}
