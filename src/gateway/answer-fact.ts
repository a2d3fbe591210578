import type { UpgradeAnswered } from '../evidence/fact.ts';
import { maskedHeaders, maskedText } from '../evidence/secrets.ts';
import type { AnswerHead } from '../wire/http-head.ts';
import { now } from './clock.ts';

/** So much of a refusal's body is kept: enough for every error page's sentence. */
export const KEPT_BODY_BYTES = 2048;

/**
 * The answer to an upgrade, for the record.
 *
 * @param headBytes what came in the same reads as the head
 * @param body its first bytes as they stood on the wire; null: it has none
 * @param own hangup gave this answer itself
 */
export function answerFact(answer: AnswerHead, headBytes: number, body: Buffer | null, own: boolean): UpgradeAnswered {
  return {
    kind: 'upgrade-answer',
    at: now(),
    status: answer.status,
    reason: answer.reason,
    httpVersion: answer.httpVersion,
    headers: maskedHeaders(answer.headers),
    headBytes,
    body: body === null ? null : maskedText(body.subarray(0, KEPT_BODY_BYTES).toString('utf8')),
    own,
  };
}
