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

/** What went wrong and what to do, each as a sentence that begins and ends as one. */
export function inSentences(error: unknown): { message: string; hint: string } {
  const message = error instanceof Error ? error.message : String(error);
  const hint = error instanceof ApiProblem ? error.hint : '';
  return { message: asSentence(message), hint: asSentence(hint) };
}

function asSentence(text: string): string {
  const end = text === '' || /[.!?…]$/.test(text) ? '' : '.';
  return text.charAt(0).toUpperCase() + text.slice(1) + end;
}

/** An error as a sentence, with the hint where there is one. */
export function inWords(error: unknown): string {
  const { message, hint } = inSentences(error);
  return hint ? `${message}\n${hint}` : message;
}
