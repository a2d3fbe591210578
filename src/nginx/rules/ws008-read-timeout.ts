import { replaceWord } from '../fix/edits.ts';
import { isMisrouted } from './explained.ts';
import { proxied } from './forwarding.ts';
import { insertInto } from './header-mend.ts';
import type { Rule, RuleFinding, Severity, SocketPath, View } from './rule.ts';
import { mayBeUnread, unlessAround } from './unread.ts';

/** Mattermost's server pings each client every 60 s, the first time 60 s after it connected (FIELD-NOTES §1). */
const PING_MS = 60_000;
/** A quarter of the interval more: the ping may be late by the network and by a busy server. nginx itself fires up to 0.3 s early (FIELD-NOTES §2). */
const COMFORTABLE_MS = 75_000;
const LONG_MS = 3_600_000;
/** What Mattermost's own configuration has. Its server gives up a silent client after 100 s, so more brings nothing. */
const LINE = 'proxy_read_timeout 90s;';

export const readTimeout: Rule = {
  id: 'WS008',
  severity: 'error',
  title: 'proxy_read_timeout races the pings of Mattermost',
  why: 'nginx closes an upgraded connection after proxy_read_timeout without a byte in either direction. On an idle one the next byte is the ping that Mattermost sends every 60 s: a timer of 60 s wins that race, and the client sees 1006.',
  *check(view) {
    for (const site of view.sites) if (!isMisrouted(site)) yield* ofPath(view, site.socket);
  },
};

function* ofPath(view: View, path: SocketPath): Iterable<RuleFinding> {
  const outcome = proxied(path);
  if (outcome === null) return;
  const { effective, location } = path.resolution;
  const { ms, from } = effective.time('proxy_read_timeout');
  if (ms === null || mayBeUnread(effective, 'proxy_read_timeout')) return;
  const severity = severityOf(ms);
  if (severity === null) return;
  const line = from === 'default' ? null : from;
  const value = line?.args[0];
  const isOwn = line !== null && line.parent === location;
  yield {
    at: value?.span ?? outcome.pass.span,
    severity,
    summary: summaryOf(ms, value?.text ?? null, unlessAround(view)),
    ...(severity === 'note' && { why: LONG_WHY }),
    ...(ms === 0 && { why: AT_ONCE_WHY, measured: 'times-out-at-once' }),
    fix: LINE,
    edits:
      isOwn && value !== undefined
        ? [replaceWord(value, '90s')]
        : location === null
          ? []
          : [insertInto(location, outcome.pass, [LINE])],
  };
}

const LONG_WHY =
  'Mattermost pings every 60 s and gives up a silent client after 100 s, so a live connection never comes near this timer. It only decides how long nginx waits for a backend that vanished without a word.';

/** Measured on nginx 1.22.1, with a backend beside it. */
const AT_ONCE_WHY =
  'nginx has no “never” here: a timer of 0 fires before the backend’s answer can be read, for WebSockets and for every other request that is proxied there.';

function severityOf(ms: number): Severity | null {
  if (ms <= PING_MS) return 'error';
  if (ms < COMFORTABLE_MS) return 'warning';
  return ms > LONG_MS ? 'note' : null;
}

function summaryOf(ms: number, written: string | null, unless: string): string {
  if (written === null)
    return `No line sets proxy_read_timeout${unless}: nginx's own ${ms / 1000} s end an idle WebSocket before the ping comes.`;
  if (ms === 0) return `proxy_read_timeout ${written} fires at once: nginx answers 504 in place of the backend.`;
  if (ms > LONG_MS)
    return `proxy_read_timeout ${written} keeps a WebSocket to a vanished backend open for more than an hour.`;
  if (ms <= PING_MS)
    return `proxy_read_timeout ${written} ends an idle WebSocket before Mattermost's ping, which comes every 60 s.`;
  return `proxy_read_timeout ${written} leaves Mattermost's ping, which comes every 60 s, only ${(ms - PING_MS) / 1000} s to be late.`;
}
