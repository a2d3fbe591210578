import type { AnswerHead } from '../../../wire/http-head.ts';
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
  /** What the backend had; null where nginx answered by itself. */
  readonly received: Received | null;
  readonly answered: Answered | null;
}

export async function measureUpgrade(trials: Trials, site: Site, path: SocketPath): Promise<UpgradeResult> {
  const trial = await trials.upgrade(site, path);
  const { answer, failure } = trial;
  const through = answer !== null && isWebSocketAnswer(answer) && trials.backend.socket(trial.id) !== null;
  const answered = await trials.closed(trial);
  return { path, through, answer, failure, received: receivedOf(trial, answered), answered };
}

/**
 * A question for leave (auth_request) reaches the backend as well; nginx names an upstream of the request itself only
 * where it asked one for it.
 */
export function receivedOf(trial: Trial, answered: Answered | null): Received | null {
  return answered?.upstream === '' ? null : trial.received();
}
