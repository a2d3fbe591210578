import { parentPort, workerData } from 'node:worker_threads';
import { troubleOf } from './journal-error.ts';
import type { FromWorker, ToWorker, WorkerSettings } from './journal-protocol.ts';
import { JournalStore } from './store.ts';

/** The worker thread's entry: messages in, answers out. Everything it does is in `store.ts`. */

if (parentPort === null) throw new Error('journal-worker runs as a worker thread, started by Journal');
const port = parentPort;
const settings: WorkerSettings = workerData;

const say = (message: FromWorker, transfer: ArrayBuffer[] = []): void => port.postMessage(message, transfer);

function open(): JournalStore | null {
  try {
    const store = new JournalStore(settings, (level, message) => say({ kind: 'note', level, message }));
    say({ kind: 'ready', ...store.found });
    return store;
  } catch (error) {
    say({ kind: 'cannot-open', trouble: troubleOf(error, settings.folder) });
    return null;
  }
}

const store = open();

if (store !== null) {
  port.on('message', (message: ToWorker) => {
    if (message.kind === 'close') {
      say({ kind: 'closed', trouble: store.close() });
      port.close();
      return;
    }
    const trouble = store.store(message);
    const frames = message.frames?.bytes ?? null;
    const payloads = message.payloads?.bytes ?? null;
    say(
      { kind: 'answer', batch: message.id, trouble, frames, payloads },
      [frames, payloads].filter((buffer) => buffer !== null),
    );
  });
}
