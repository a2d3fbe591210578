// Started by lock.test.ts: node hold-lock.mjs FOLDER LOG HOLD_MS STALE_MS [die]
import { appendFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { withLock } from '../../scripts/setup/lock.mjs';

const [folder, log, holdMs, staleMs, die] = process.argv.slice(2);
const note = (word) => appendFileSync(log, `${word} ${process.pid}\n`);
await withLock(
  folder,
  async () => {
    note('in');
    if (die === 'die') process.kill(process.pid, 'SIGKILL');
    await sleep(Number(holdMs));
    note('out');
  },
  { staleMs: Number(staleMs) },
);
