import type { TranslationBundle } from '@jupyterlab/translation';
import { API_VERSION, ApiProblem } from './api';
import { inSentences } from './commands/report';
import type { IUnavailable } from './tokens';
import type { Status } from './types';
import { VERSION } from './version';

/**
 * Why the server half cannot be used, in words; null when it can.
 *
 * *answer* is what `GET status` gave: the status, or the error.
 */
export function explainUnavailable(
  answer: Status | unknown,
  trans: TranslationBundle
): IUnavailable | null {
  if (isStatus(answer)) {
    return explainVersion(answer, trans);
  }
  const status = answer instanceof ApiProblem ? answer.status : -1;
  if (status === 0) {
    return {
      message: trans.__('The Jupyter server does not answer.'),
      hint: trans.__('This page tries again until it does.')
    };
  }
  if (status === 404) {
    return {
      message: trans.__(
        'The Terrarium server extension is not enabled: run "jupyter server extension enable jupyterlab_terrarium" where the Jupyter server is installed, then restart the server.'
      ),
      hint: ''
    };
  }
  if (answer instanceof ApiProblem) {
    return inSentences(answer);
  }
  return {
    message: answer instanceof Error ? answer.message : String(answer),
    hint: ''
  };
}

function explainVersion(
  status: Status,
  trans: TranslationBundle
): IUnavailable | null {
  if (status.api_version === API_VERSION && status.version === VERSION) {
    return null;
  }
  return {
    message: trans.__(
      'This page belongs to Terrarium %1, the server runs Terrarium %2: restart the Jupyter server, then reload this page.',
      VERSION,
      status.version
    ),
    hint: ''
  };
}

function isStatus(answer: unknown): answer is Status {
  return (
    typeof answer === 'object' && answer !== null && 'api_version' in answer
  );
}

/** Whether asking again may help: no answer, or a server that is in trouble. */
export function mayRecover(error: unknown): boolean {
  return (
    !(error instanceof ApiProblem) || error.status === 0 || error.status >= 500
  );
}
