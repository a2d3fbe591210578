import { describe, expect, it } from 'vitest';
import { judge } from '../../src/verdict/judge.ts';
import { type ServerLog, serverLog } from '../../src/verdict/server-log.ts';
import { fact, type Opening, play, type Step, silence } from './dialogue.ts';

/** What the log says after this dialogue, by the verdict that it leads to. */
function logOf(opening: Opening, ...steps: Step[]): ServerLog | null {
  const timeline = play(opening, [...steps, 'END']);
  return serverLog(judge(timeline), timeline);
}

const NGINX = { behind: 'nginx' };
const EOF = 'websocket.NextReader: closing websocket error="websocket: close 1006 (abnormal closure): unexpected EOF"';
const RESET = 'websocket.NextReader: closing websocket error="read tcp …: connection reset by peer"';
const CLOSED_ITSELF = 'websocket.NextReader: closing websocket error="read tcp …: use of closed network connection"';
const CLIENT_CLOSED = 'websocket.NextReader: client side closed socket';

describe("Mattermost's own log says (FIELD-NOTES §1)", () => {
  it.each<[string, string, Opening, Step[]]>([
    ['nginx’s idle timer', EOF, NGINX, ['S hello', silence(60_003), 'C FIN', 'S FIN']],
    ['a client that was killed', EOF, {}, ['S hello', silence(1234), 'C FIN', 'S FIN']],
    ['a client that resets', RESET, {}, ['S hello', silence(1234), 'C RST']],
    ['a client whose host vanished', RESET, {}, ['S hello', silence(900_000), 'C LOST ETIMEDOUT']],
    ['a client that closes with 1000', CLIENT_CLOSED, NGINX, ['S hello', 'C CLOSE 1000', 'S CLOSE 1000 echo']],
    ['a client that closes without a code', CLIENT_CLOSED, NGINX, ['S hello', 'C CLOSE', 'S CLOSE echo']],
    [
      'a browser tab that is closed',
      'websocket.NextReader: closing websocket error="websocket: close 1001 (going away)"',
      NGINX,
      ['S hello', 'C CLOSE 1001', 'S CLOSE 1001 echo'],
    ],
    [
      'a code of an application',
      'websocket.NextReader: closing websocket error="websocket: close 4000"',
      {},
      ['S hello', 'C CLOSE 4000', 'S CLOSE 4000 echo'],
    ],
    [
      'a Close frame that Caddy wrote, unmasked',
      'websocket.NextReader: closing websocket error="websocket: incorrect mask flag"',
      { behind: 'caddy' },
      ['C data', 'S hello', 'C CLOSE 1001 unmasked', 'S CLOSE 1002'],
    ],
    [
      'no pong for 100 s',
      'websocket.NextReader: closing websocket error="read tcp …: i/o timeout"',
      {},
      ['S hello', 'S ping', silence(40_000), 'S ping', silence(60_000), 'S FIN'],
    ],
    ['no authentication', 'websocket.authTicker: did not authenticate ip_address=…', {}, [silence(4_900), 'S FIN']],
    ['a bad token', CLOSED_ITSELF, {}, ['C action authentication_challenge', silence(5), 'S FIN']],
    ['a full queue', CLOSED_ITSELF, {}, ['S hello', 'C data', 'S CLOSE', 'C CLOSE echo']],
    [
      'a message that was too big',
      'websocket.NextReader: closing websocket error="websocket: read limit exceeded"',
      {},
      ['S hello', 'C data 9000', 'S CLOSE 1009'],
    ],
    [
      'hangup’s own shutdown',
      EOF,
      {},
      ['S hello', fact((at) => ({ kind: 'own-close', at, why: 'shutdown', side: null, says: 'hangup ends' }))],
    ],
    [
      'a reset behind nginx, for which the tap before it sees one',
      EOF,
      { before: 'nginx' },
      ['S hello', silence(1234), 'C RST'],
    ],
    ['a reset before HAProxy, which passes it on', RESET, { before: 'haproxy' }, ['S hello', silence(1234), 'C RST']],
    ['the idle timer of an nginx before the server', EOF, { before: 'nginx' }, ['S hello', silence(60_003), 'S FIN']],
  ])('%s', (_, line, opening, steps) => {
    expect(logOf(opening, ...steps)?.line).toBe(line);
  });

  it('all but a shutdown at DEBUG, and says how to turn that on', () => {
    const log = logOf(NGINX, 'S hello', silence(60_003), 'C FIN');
    expect(log?.level).toBe('DEBUG');
    expect(log?.note).toContain('MM_LOGSETTINGS_CONSOLELEVEL=DEBUG');
    const refused = fact((at) => ({ kind: 'target-refused', at, code: 'ECONNREFUSED' }));
    expect(logOf({}, 'S hello', silence(1234), 'S FIN', refused)).toMatchObject({
      level: 'INFO',
      line: 'stopping websocket hub connections',
    });
  });

  it('of a refused upgrade a line that is not to be believed', () => {
    const body = '{"id":"api.web_socket.connect.upgrade.app_error"}';
    const log = logOf({ status: 403, body, request: [['Origin', 'https://a.example']] });
    expect(log?.line).toContain('URL Blocked because of CORS');
    expect(log?.note).toContain('do not believe it');
  });
});

describe('nothing is claimed', () => {
  it.each<[string, Opening, Step[]]>([
    ['of another server than Mattermost', { url: '/ws' }, [silence(60_003), 'C FIN']],
    ['where the server resets for a reason that does not show', {}, ['S hello', silence(1234), 'S RST']],
    ['where it ends without a Close frame and without a reason', {}, ['S hello', silence(1234), 'S FIN']],
    ['where an unknown proxy stands before it and the client resets', { before: 'traefik' }, ['S hello', 'C RST']],
    ['where a proxy that ends WebSockets stands before it', { before: 'cloudflare' }, ['S hello', 'C CLOSE 1000']],
    ['where a Close frame came from the server side and is not its own', {}, ['S hello', 'C data', 'S CLOSE 1001']],
    ['where a proxy refused the upgrade', { before: 'nginx', status: 502, body: '<center>nginx</center>' }, []],
    ['while nothing has ended', {}, ['S hello']],
  ])('%s', (_, opening, steps) => {
    const timeline = play(opening, steps);
    expect(serverLog(judge(timeline), timeline)).toBeNull();
  });
});
