import { constants, setPriority } from 'node:os';
import { buffer } from 'node:stream/consumers';
import { ApiFailure } from '../api-failure.ts';
import { checkGiven } from './check-given.ts';
import { REFUSED } from './exit-codes.ts';

/** The process of one check: the question on stdin, the answer on stdout, both JSON. Started by Checker. */

// What is relayed goes first.
setPriority(constants.priority.PRIORITY_BELOW_NORMAL);

try {
  process.stdout.write(JSON.stringify(checkGiven(await buffer(process.stdin))));
} catch (error) {
  if (!(error instanceof ApiFailure)) throw error;
  process.stdout.write(JSON.stringify({ error: error.message }));
  process.exitCode = REFUSED;
}
