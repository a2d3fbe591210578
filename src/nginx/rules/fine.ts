import { handshakeArrives, proxied } from './forwarding.ts';
import { allMarkedDown } from './marked-down.ts';
import { headerLine } from './request-headers.ts';
import type { Finding, Site, SocketPath, View } from './rule.ts';
import { mayBeUnread } from './unread.ts';

/** What is as it should be. A list of faults alone leaves open whether anything else was looked at. */

interface Good {
  /** None of these found anything. */
  readonly without: readonly string[];
  /** It hangs on lines outside of `http` as well: of a piece of one nothing can be said. */
  readonly needsMain?: true;
  /** Has to hold for each site: what is said of one would else stand for another. */
  ofAll?(site: Site): boolean;
  /** @returns a few words, or null where it cannot be said of this site */
  says(site: Site): string | null;
}

/** A listener that only redirects has no WebSocket to carry. */
function getsThrough(path: SocketPath): boolean {
  const { outcome } = path.resolution;
  const redirected = outcome.kind === 'answer' && outcome.status >= 300 && outcome.status < 400;
  return redirected || (handshakeArrives(path) === 'arrives' && keepsPath(path) && mayBeUp(path));
}

function mayBeUp(path: SocketPath): boolean {
  const outcome = proxied(path);
  return outcome === null || allMarkedDown(outcome).length === 0;
}

/** A subpath may have been taken off. Where the target is not known, nothing says that it is another one. */
function keepsPath({ request, resolution: { outcome } }: SocketPath): boolean {
  if (outcome.kind === 'proxy' && outcome.kept !== null) return false;
  if (outcome.kind !== 'proxy' || outcome.target === null) return true;
  const [tail = ''] = /\/(?:api|plugins)\/.*$/.exec(request.target) ?? [];
  const [received = ''] = outcome.target.split('?', 1);
  return received.replace(/\/$/, '').endsWith(tail.replace(/\/$/, ''));
}

const isProxied = (site: Site): boolean => site.socket.resolution.outcome.kind === 'proxy';

/** What is in force for the WebSocket now is not what will be. */
const MISROUTED: readonly string[] = ['WS013', 'WS015'];
const UPGRADE_LOST: readonly string[] = [
  'WS001',
  'WS002',
  'WS003',
  'WS004',
  'WS007',
  'WS012',
  'WS045',
  'WS046',
  ...MISROUTED,
  // Cases of rules that speak of milder things, too: no backend answers, whatever the headers are.
  ...['answered-with-500', 'never-resolved', 'times-out-at-once'],
];

const GOOD: readonly Good[] = [
  {
    without: UPGRADE_LOST,
    ofAll: ({ socket }) => getsThrough(socket),
    says: ({ socket }) => (handshakeArrives(socket) === 'arrives' ? 'the upgrade reaches the backend' : null),
  },
  {
    without: [...UPGRADE_LOST, 'WS014', 'WS016'],
    ofAll: ({ socket, plugins }) => [socket, ...plugins].every(getsThrough),
    says: ({ plugins }) =>
      plugins.every((socket) => handshakeArrives(socket) === 'arrives') ? 'so do plugin sockets' : null,
  },
  {
    without: ['WS007', 'WS017', ...MISROUTED],
    says: ({ socket: { resolution } }) => {
      if (resolution.outcome.kind !== 'proxy' || mayBeUnread(resolution.effective, 'proxy_set_header')) return null;
      // Without an Origin nobody compares the two: that is another matter than a right Host.
      if (headerLine(resolution.effective, 'Origin') !== null) return null;
      const host = resolution.outcome.headers.find(({ name }) => name.toLowerCase() === 'host');
      return host === undefined ? null : `Host is sent as ${host.written}`;
    },
  },
  { without: ['WS008', ...MISROUTED], says: (site) => idleTimer(site) },
  {
    without: ['WS009', 'WS010'],
    needsMain: true,
    says: (site) =>
      isProxied(site) && !mayBeUnread(site.socket.resolution.effective, 'error_log')
        ? 'the logs say what ended a socket'
        : null,
  },
  {
    without: ['WS011'],
    needsMain: true,
    says: (site) => (isProxied(site) ? 'a reload leaves open sockets time' : null),
  },
  {
    without: ['WS024', 'WS025'],
    needsMain: true,
    says: (site) => (isProxied(site) ? 'there is room for the sockets' : null),
  },
];

function idleTimer({ socket: { resolution } }: Site): string | null {
  if (resolution.outcome.kind !== 'proxy' || mayBeUnread(resolution.effective, 'proxy_read_timeout')) return null;
  const { ms } = resolution.effective.time('proxy_read_timeout');
  return ms === null ? null : `an idle socket is kept ${ms / 1000} s`;
}

/** @returns nothing where no server was looked at */
export function fineIn({ configuration, sites }: View, findings: readonly Finding[]): string[] {
  const fired = new Set(findings.flatMap(({ rule, measured }) => [rule.id, measured]));
  const whole = configuration.context === 'main';
  const good = GOOD.filter(({ without, needsMain, ofAll }) => {
    if (ofAll !== undefined && !sites.every(ofAll)) return false;
    return (whole || needsMain === undefined) && !without.some((id) => fired.has(id));
  });
  const said = good.flatMap((each) => sites.map((site) => each.says(site)));
  return [...new Set(said.flatMap((words) => (words === null ? [] : [words])))];
}
