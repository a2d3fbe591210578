import { parentPort, workerData } from 'node:worker_threads';
import { troubleOf } from '../../evidence/journal-error.ts';
import { CursorError } from './cursor.ts';
import { Librarian } from './librarian.ts';
import type { ArchiveSettings, Asked, FromArchive, Question } from './protocol.ts';

/** The thread's entry: questions in, answers out. Everything it does is in `librarian.ts`. */

if (parentPort === null) throw new Error('this runs as a worker thread, started by ArchiveThread');
const port = parentPort;
const { folder }: ArchiveSettings = workerData;
const librarian = new Librarian(folder);

const say = (message: FromArchive): void => port.postMessage(message);

function answer<Q extends Question>({ id, question, args }: Asked<Q>): void {
  try {
    port.postMessage({ kind: 'answer', id, question, answer: librarian.answer(question, args) });
  } catch (error) {
    const trouble =
      error instanceof CursorError ? { code: 'bad-cursor' as const, says: error.message } : troubleOf(error, folder);
    say({ kind: 'failure', id, ...trouble });
  }
}

port.on('message', (message: Asked | 'close') => {
  if (message !== 'close') {
    answer(message);
    return;
  }
  librarian.close();
  port.close();
});
