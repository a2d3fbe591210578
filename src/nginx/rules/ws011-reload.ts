import { parseTime } from '../directives/values.ts';
import { insertBefore, replaceWord } from '../fix/edits.ts';
import { proxied } from './forwarding.ts';
import type { Rule } from './rule.ts';

const SHORT_MS = 60_000;
const LINE = 'worker_shutdown_timeout 1h;';

export const reloadOfWorkers: Rule = {
  id: 'WS011',
  severity: 'warning',
  title: 'worker_shutdown_timeout is unset or short, and a reload leaves old workers or drops every WebSocket',
  why: 'A reload starts new workers; an old one goes when its last connection has ended, and a WebSocket lasts for days. Without worker_shutdown_timeout the old workers stay with their memory and their old configuration; with a short one all their WebSockets end within milliseconds of each other, and every client comes back at once.',
  *check(view) {
    const { block } = view.http;
    if (block === null || !view.sites.some(({ socket }) => proxied(socket) !== null)) return;
    const line = view.every('worker_shutdown_timeout').find(({ parent }) => parent === null);
    if (line === undefined) {
      yield {
        at: block.nameWord.span,
        summary:
          'worker_shutdown_timeout is not set: after each reload the old workers live on as long as their WebSockets.',
        fix: LINE,
        edits: [insertBefore(block, [LINE])],
      };
      return;
    }
    const [value] = line.args;
    const ms = value === undefined ? null : parseTime(value.text);
    if (value === undefined || ms === null || ms >= SHORT_MS) return;
    yield {
      at: value.span,
      summary:
        ms === 0
          ? 'worker_shutdown_timeout 0 is none: after each reload the old workers live on as long as their WebSockets.'
          : `worker_shutdown_timeout ${value.text}: ${ms / 1000} s after each reload every WebSocket of the old workers is cut at once.`,
      fix: LINE,
      edits: [replaceWord(value, '1h')],
    };
  },
};
