import { describe, expect, it } from 'vitest';
import { judge } from '../../src/verdict/judge.ts';
import { fact, type Opening, play, type Step, silence } from './dialogue.ts';
import { together } from './group-facts.ts';

/**
 * GROUND-TRUTH §14: pairs of causes that one tap cannot separate. What really happened stands in the name; what the tap saw
 * is the same, so the verdict must be the same, unsure, and must name the witness that would settle it.
 */

const hello: Step[] = ['S hello', silence(400), 'C action user_typing', silence(700), 'S posted'];

interface Pair {
  readonly really: readonly string[];
  readonly opening: Opening;
  readonly seen: readonly Step[];
  readonly witness: RegExp;
}

const PAIRS: readonly Pair[] = [
  {
    really: ['client FIN', 'client RST', 'client killed', 'client vanished, so_keepalive', 'send path error'],
    opening: { behind: 'nginx' },
    seen: [...hello, silence(5123), 'C FIN', silence(1), 'S FIN', 'END'],
    witness: /second tap in front of nginx.*error_log at info.*Sec-WebSocket-Key/,
  },
  {
    really: [
      'nginx idle timeout',
      'a client that left at just that moment',
      'client vanished while the server was silent',
    ],
    opening: { behind: 'nginx' },
    seen: [...hello, silence(60_003), 'C FIN', silence(1), 'S FIN', 'END'],
    witness: /second tap in front of nginx.*upstream timed out.*vanished/,
  },
  {
    really: ['client killed', 'client FIN without Close'],
    opening: {},
    seen: [...hello, silence(5123), 'C FIN', 'S FIN', 'END'],
    witness: /client's own log/,
  },
  {
    really: ['idle timeout', 'proxy_send_timeout'],
    opening: { before: 'nginx' },
    seen: [...hello, silence(60_003), 'S FIN', 'C FIN', 'END'],
    witness: /nginx/,
  },
  {
    really: ['server crash', 'orderly server close without Close'],
    opening: {},
    seen: [...hello, silence(5123), 'S FIN', 'C FIN', 'END'],
    witness: /Mattermost's log/,
  },
  {
    really: ['server crash', 'orderly restart of the server'],
    opening: {},
    seen: [
      ...hello,
      'S FIN',
      'C FIN',
      'END',
      together('server', 12, 4),
      fact((at) => ({ kind: 'target-refused', at, code: 'ECONNREFUSED' })),
    ],
    witness: /Docker events/,
  },
  {
    really: ['worker killed', 'nginx stopped by TERM', 'worker_shutdown_timeout after a reload'],
    opening: { behind: 'nginx' },
    seen: [...hello, silence(5123), 'C FIN', 'S FIN', 'END', together('client', 12, 6)],
    witness: /error_log at notice/,
  },
  {
    really: ['nginx reloaded', 'one client process with twelve sockets died'],
    opening: { behind: 'nginx' },
    seen: [...hello, silence(5123), 'C FIN', 'S FIN', 'END', together('client', 12, 1)],
    witness: /one client process/,
  },
  {
    really: ['closed by the pong timeout', 'a decision of the server 100 s after the last pong'],
    opening: {},
    seen: ['S hello', silence(60_000), 'S ping', silence(39_998), 'S FIN', 'C FIN', 'END'],
    witness: /Mattermost's log/,
  },
  {
    really: ['HAProxy: client RST', 'HAProxy: tunnel timeout'],
    opening: { behind: 'haproxy' },
    seen: [...hello, silence(50_047), 'C RST', 'S FIN', 'END'],
    witness: /CD is the client's reset, cD or sD its timeout/,
  },
  {
    really: ['NAT entry expired', 'peer host rebooted', 'REJECT rule inserted'],
    opening: { url: '/ws' },
    seen: ['C data', silence(400_000), 'S ping', silence(2), 'C RST', 'END'],
    witness: /conntrack.*boot id/,
  },
  {
    really: ['Apache timeout', 'Apache restart', 'client left through Apache'],
    opening: { behind: 'apache' },
    seen: [...hello, silence(7321), 'C FIN', 'S FIN', 'END'],
    witness: /second tap in front of Apache.*proxy:trace1/,
  },
  {
    really: ['Caddy killed', 'client left through Caddy'],
    opening: { behind: 'caddy' },
    seen: [...hello, silence(7321), 'C FIN', 'S FIN', 'END'],
    witness: /second tap in front of Caddy/,
  },
];

describe('what one tap cannot tell apart stays unsure', () => {
  it.each(PAIRS.map((pair) => [pair.really.join(' / '), pair] as const))(
    '%s',
    (_, { opening, seen, witness, really }) => {
      const verdicts = really.map(() => judge(play(opening, seen)));
      for (const verdict of verdicts) {
        expect(verdict).toEqual(verdicts[0]);
        expect(verdict.certainty).not.toBe('certain');
        expect(verdict.witness).toMatch(witness);
      }
    },
  );
});
