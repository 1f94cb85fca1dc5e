import { Notification } from '@jupyterlab/apputils';
import { ApiProblem } from '../api';

/** Do something; when it fails, tell the user why in the server's words. */
export async function reporting<T>(
  work: () => Promise<T>
): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    Notification.error(inWords(error), { autoClose: false });
    return undefined;
  }
}

/** An error as a sentence, with the hint where there is one. */
export function inWords(error: unknown): string {
  if (error instanceof ApiProblem) {
    return error.hint ? `${error.message}\n${error.hint}` : error.message;
  }
  return error instanceof Error ? error.message : String(error);
}
