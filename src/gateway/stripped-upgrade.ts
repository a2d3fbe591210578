import type { IncomingMessage } from 'node:http';
import { answerFact, KEPT_BODY_BYTES } from './answer-fact.ts';
import { now } from './clock.ts';
import type { ConnectionLog } from './connection-log.ts';
import type { ExchangeObserver } from './plain-http.ts';

/**
 * Records what the server answers to an upgrade that a proxy has stripped: it went there as the plain request that it
 * had become. @param onOver called when the exchange is over
 */
export function strippedUpgradeObserver(log: ConnectionLog, onOver: () => void): ExchangeObserver {
  let answer: IncomingMessage | null = null;
  const kept: Buffer[] = [];
  let bytes = 0;
  return {
    onAnswer(incoming) {
      answer = incoming;
      incoming.on('data', (chunk: Buffer) => {
        if (bytes >= KEPT_BODY_BYTES) return;
        const copy = Buffer.from(chunk.subarray(0, KEPT_BODY_BYTES - bytes));
        bytes += copy.length;
        kept.push(copy);
      });
    },
    onFailure(stage, code, says) {
      log.add({ kind: 'target-failed', at: now(), stage, code, says });
    },
    onOver(clientAborted) {
      if (answer !== null) {
        const { statusCode: status = 0, statusMessage: reason = '', httpVersion, rawHeaders: headers } = answer;
        log.add(answerFact({ status, reason, httpVersion, headers }, 0, Buffer.concat(kept), false));
      } else if (clientAborted) {
        log.add({ kind: 'fin', at: now(), from: 'client', closeNotify: null, insideFrame: null });
      }
      log.end();
      onOver();
    },
  };
}
