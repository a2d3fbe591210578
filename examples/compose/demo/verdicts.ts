/** Says each new verdict of the compose demo in a line, as `hangup report --json` has it. Ends at SIGTERM. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Verdict } from '../../../src/verdict/verdict.ts';
import { harmless } from '../../../src/words/harmless.ts';

const EVERY_MS = 2_000;

const run = promisify(execFile);
const hangup = fileURLToPath(new URL('../../../src/main.js', import.meta.url));
const said = new Set<string>();

// As the first process of a container it is ended by a signal only if it says so.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(0));

for (;;) {
  for (const line of await report()) {
    const { connection, hop, closedBy, cause, certainty, summary }: Verdict = JSON.parse(line);
    if (said.has(connection)) continue;
    said.add(connection);
    process.stdout.write(`${harmless(`${hop ?? closedBy} · ${cause} · ${certainty} · ${summary}`)}\n`);
  }
  await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
}

async function report(): Promise<readonly string[]> {
  try {
    // The last minute is enough: it was asked two seconds ago.
    const { stdout } = await run(process.execPath, [hangup, 'report', '--json', '--since', '1m']);
    return stdout.split('\n').filter((line) => line !== '');
  } catch (error) {
    // There is no journal before hangup has started.
    process.stderr.write(`${error instanceof Error ? error.message.trim() : String(error)}\n`);
    return [];
  }
}
