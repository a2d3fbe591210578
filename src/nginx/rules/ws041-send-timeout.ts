import { type CarriedSocket, carriedSockets } from './carried-sockets.ts';
import { setInLocation } from './location-line.ts';
import type { Rule, RuleFinding } from './rule.ts';
import { mayBeUnread } from './unread.ts';

/** Mattermost itself waits 30 s for a peer that does not read, and nginx's own default is 60 s; a phone between two cells needs some of it. */
const SHORT_MS = 10_000;

/** Each with the one that is too slow for it. */
const TIMERS = [
  ['send_timeout', 'a client that takes nothing'],
  ['proxy_send_timeout', 'a Mattermost that takes nothing'],
] as const;

export const sendTimeout: Rule = {
  id: 'WS041',
  severity: 'warning',
  title: 'send_timeout or proxy_send_timeout of a few seconds',
  why: 'On an open WebSocket they run from nginx’s last successful write while more is waiting: a phone in a tunnel is cut in the middle of what it was being sent.',
  *check(view) {
    for (const socket of carriedSockets(view)) {
      for (const [name, who] of TIMERS) {
        const finding = short(socket, name, who);
        if (finding !== null) yield finding;
      }
    }
  },
};

function short(socket: CarriedSocket, name: string, who: string): RuleFinding | null {
  const { ms, from } = socket.resolution.effective.time(name);
  if (ms === null || ms > SHORT_MS || from === 'default') return null;
  if (mayBeUnread(socket.resolution.effective, name)) return null;
  const line = `${name} 60s;`;
  return {
    at: from.span,
    summary: `${name} is ${ms / 1000} s: ${who} for that long loses its WebSocket.`,
    fix:
      from.parent === socket.location
        ? line
        : `${line}  # in the WebSocket’s location; here it may be meant for other requests`,
    edits: [setInLocation(socket, line)],
  };
}
