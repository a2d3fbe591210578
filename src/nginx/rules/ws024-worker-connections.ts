import { insertLast, replaceWord } from '../fix/edits.ts';
import type { Rule } from './rule.ts';
import { openFiles, workerConnections } from './worker-limits.ts';

/** Per worker, not for all: of 12 connections to two workers, 11 were measured on one. */
const ENOUGH = 1024;
const PROPOSED = 4096;

export const fewWorkerConnections: Rule = {
  id: 'WS024',
  severity: 'warning',
  title: 'worker_connections leaves room for few WebSockets',
  why: 'A proxied WebSocket holds two of its worker’s connections for as long as it is open; when they are used up, idle clients are cut to make room and new sockets are refused or kept waiting.',
  *check(view) {
    const connections = workerConnections(view);
    if (view.sites.length === 0 || connections === null || connections.count >= ENOUGH) return;
    const { word, events, count } = connections;
    const says = word === null ? `worker_connections is not set, so it is ${count}` : `worker_connections is ${count}`;
    const line = `worker_connections ${PROPOSED};`;
    const limit = openFiles(view);
    const tooFewFiles = limit !== null && limit.count < 2 * PROPOSED;
    yield {
      at: word?.span ?? events.nameWord.span,
      summary: `${says}: at most ${Math.floor(count / 2)} WebSockets in one worker, and fewer with other requests beside them.`,
      fix: tooFewFiles ? `${line}\nworker_rlimit_nofile ${2 * PROPOSED};` : line,
      edits: [
        word === null ? insertLast(events, [line]) : replaceWord(word, String(PROPOSED)),
        ...(tooFewFiles ? [replaceWord(limit.word, String(2 * PROPOSED))] : []),
      ],
    };
  },
};
