import { replaceWord } from '../fix/edits.ts';
import type { Rule } from './rule.ts';
import { openFiles, workerConnections } from './worker-limits.ts';

export const fewOpenFiles: Rule = {
  id: 'WS025',
  severity: 'warning',
  title: 'worker_rlimit_nofile is below twice worker_connections',
  why: 'Each end of a WebSocket is an open file, and so are logs, cached answers and buffered bodies: a worker that has none left refuses new sockets with “Too many open files”.',
  *check(view) {
    const limit = openFiles(view);
    const connections = workerConnections(view);
    if (view.sites.length === 0 || limit === null || connections === null) return;
    const wanted = 2 * connections.count;
    if (limit.count >= wanted) return;
    const effect =
      limit.count < connections.count
        ? `a worker runs out of files before it has the ${connections.count} connections of worker_connections`
        : `little is left for files beside the ${connections.count} connections of worker_connections`;
    yield {
      at: limit.word.span,
      summary: `worker_rlimit_nofile ${limit.count}: ${effect}.`,
      fix: `worker_rlimit_nofile ${wanted};`,
      edits: [replaceWord(limit.word, String(wanted))],
    };
  },
};
