import { bodyFraming } from '../wire/body-framing.ts';
import { type AnswerHead, headerTokens } from '../wire/http-head.ts';
import { KEPT_BODY_BYTES } from './answer-fact.ts';
import type { Leg } from './leg.ts';

export interface RefusalOutcome {
  /** The first bytes of the body, as they stood on the wire. */
  readonly body: Buffer;
  /** Whether the client's connection can carry another request: the end of the body was marked and nobody wants to close. */
  readonly reusable: boolean;
  /** Bytes that the server sent after the answer. There should be none. */
  readonly surplus: number;
}

/**
 * Relays the body of an answer that is no upgrade, byte for byte, to its end and not beyond: what follows is the next
 * request's business, and a client that was told "no" gets no raw tunnel to the server.
 *
 * @param rest bytes of the body that came with the head
 * @param onEnd called once, when the body is over or either side is gone
 */
export function relayRefusal(
  client: Leg,
  server: Leg,
  answer: AnswerHead,
  method: string,
  rest: Buffer,
  onEnd: (outcome: RefusalOutcome) => void,
): void {
  const framing = bodyFraming(answer, method);
  const kept: Buffer[] = [];
  let keptBytes = 0;
  let surplus = 0;
  let over = false;

  const end = (reusable: boolean): void => {
    if (over) return;
    over = true;
    server.stream.off('data', pass);
    server.stream.off('end', cut);
    server.stream.off('close', cut);
    client.stream.off('drain', resume);
    client.stream.off('close', cut);
    onEnd({ body: Buffer.concat(kept), reusable, surplus });
  };
  const pass = (chunk: Buffer): void => {
    const taken = framing.take(chunk);
    surplus += chunk.length - taken;
    const body = chunk.subarray(0, taken);
    if (keptBytes < KEPT_BODY_BYTES) {
      const copy = Buffer.from(body.subarray(0, KEPT_BODY_BYTES - keptBytes));
      keptBytes += copy.length;
      kept.push(copy);
    }
    if (taken > 0 && !client.write(body)) server.stream.pause();
    if (framing.done) end(surplus === 0 && mayBeReused(answer));
  };
  const resume = (): void => {
    server.stream.resume();
  };
  const cut = (): void => end(false);

  client.stream.on('drain', resume);
  client.stream.on('close', cut);
  server.stream.on('end', cut);
  server.stream.on('close', cut);
  server.stream.on('error', () => {
    // A body cut by a reset must not look complete to a client that reads until the close.
    if (!over) client.reset();
    end(false);
  });
  if (framing.done) end(rest.length === 0 && mayBeReused(answer));
  else if (rest.length > 0) pass(rest);
  if (!over) {
    server.stream.on('data', pass);
    server.stream.resume();
  }
}

function mayBeReused(answer: AnswerHead): boolean {
  return answer.httpVersion === '1.1' && !headerTokens(answer.headers, 'connection').includes('close');
}
