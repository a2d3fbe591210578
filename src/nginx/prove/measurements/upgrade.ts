import { createHash } from 'node:crypto';
import { type AnswerHead, headerTokens, headerValues } from '../../../wire/http-head.ts';
import { isWebSocketAnswer } from '../../../wire/upgrade.ts';
import type { Received } from '../backend.ts';
import type { Answered } from '../running-copy.ts';
import type { Site, SocketPath } from '../sites.ts';
import type { Trial, Trials } from '../trials.ts';

/** Does a real upgrade get through: what the client got, what the backend received, and which block of nginx answered. */
export interface UpgradeResult {
  readonly path: SocketPath;
  readonly through: boolean;
  /** What the client got; null where no answer came. */
  readonly answer: AnswerHead | null;
  readonly failure: string | null;
  /** Headers of a 101 that are not as a client must find them (RFC 6455 §4.1): it closes then. */
  readonly unfit: readonly string[];
  /** What the backend had; null where nginx answered by itself. */
  readonly received: Received | null;
  readonly answered: Answered | null;
  /** Whether nginx says that a `deny` turned the client away. */
  readonly denied: boolean;
}

export async function measureUpgrade(trials: Trials, site: Site, path: SocketPath): Promise<UpgradeResult> {
  const trial = await trials.upgrade(site, path);
  const { answer, failure } = trial;
  const unfit = answer?.status === 101 ? unfitHeaders(answer, trial.key) : [];
  const through = answer?.status === 101 && unfit.length === 0 && trials.backend.socket(trial.id) !== null;
  const answered = await trials.closed(trial);
  const received = receivedOf(trial, answered);
  const denied = received === null && isDenied(trials, trial.id);
  return { path, through, answer, failure, unfit, received, answered, denied };
}

function unfitHeaders(answer: AnswerHead, key: string): readonly string[] {
  const accept = createHash('sha1')
    .update(key + ACCEPT_SALT)
    .digest('base64');
  return [
    ...(isWebSocketAnswer(answer) ? [] : ['Upgrade']),
    ...(headerTokens(answer.headers, 'connection').includes('upgrade') ? [] : ['Connection']),
    ...(headerValues(answer.headers, 'sec-websocket-accept')[0] === accept ? [] : ['Sec-WebSocket-Accept']),
  ];
}

/** RFC 6455 §1.3. */
const ACCEPT_SALT = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/** ngx_http_access_module logs it before the answer goes out. */
const isDenied = (trials: Trials, id: string): boolean =>
  trials.running.process
    .infoLog()
    .split('\n')
    .some((line) => line.includes('access forbidden by rule') && line.includes(`connection_id=${id}&`));

/**
 * A question for leave (auth_request) reaches the backend as well; nginx names an upstream of the request itself only
 * where it asked one for it.
 */
export function receivedOf(trial: Trial, answered: Answered | null): Received | null {
  return answered?.upstream === '' ? null : trial.received();
}
