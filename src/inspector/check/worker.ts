import { constants, setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import type { ApiError } from '../api.ts';
import { ApiFailure } from '../api-failure.ts';
import { checkGiven } from './check-given.ts';
import type { CheckReply, CheckTask } from './protocol.ts';
import type { CheckAnswer } from './shapes.ts';

/** The thread of one check: reads the question, answers it, ends. */

if (parentPort === null) throw new Error('this runs as a worker thread, started by Checker');
const port = parentPort;
const { body }: CheckTask = workerData;

// What is relayed goes first. On Linux a priority is a thread's own; elsewhere it would be that of all of hangup.
if (process.platform === 'linux') setPriority(constants.priority.PRIORITY_BELOW_NORMAL);

const utf8 = new TextEncoder();

function reply(status: number, answer: CheckAnswer | ApiError): void {
  const message: CheckReply = { status, body: utf8.encode(JSON.stringify(answer)) };
  port.postMessage(message, [message.body.buffer]);
}

try {
  reply(200, checkGiven(body));
} catch (error) {
  if (!(error instanceof ApiFailure)) throw error;
  reply(error.status, { error: error.message });
}
