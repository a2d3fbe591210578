import { describe, expect, it } from 'vitest';
import type { ConnectionDetail } from '../../../../src/inspector/api.ts';
import { type Flight, flightsOf } from '../../../../src/inspector/page/lanes/flights.ts';
import { castOf } from '../../../../src/inspector/page/lanes/lane-names.ts';
import type { Kind } from '../../../../src/inspector/page/lanes/moment.ts';
import { storyOf } from '../../../../src/inspector/page/lanes/moments.ts';
import { at, closeFrame, detail, fin, idleTimeout, opened, ping, pong, rst, text, view } from './details.ts';

/** `client ··> nginx --> hangup`: dotted is inferred, solid is seen. */
function drawn(of: ConnectionDetail, kind: Kind, nth = 0): string[] {
  const story = storyOf(of);
  const { lanes } = castOf(of, story.actFrom);
  const moment = story.moments.filter((each) => each.kind === kind)[nth];
  if (moment === undefined) throw new Error(`no ${kind}`);
  const name = (id: string) => lanes.find((lane) => lane.id === id)?.name ?? id;
  const path = ({ steps, head, broken }: Flight) =>
    `${steps.map(({ from, to, seen }, i) => `${i === 0 ? name(from) : ''} ${seen ? '-->' : '··>'} ${name(to)}`).join('')} (${broken ? 'lost' : head})`;
  return flightsOf(moment, lanes, of.verdict).map(path);
}

const behind = { behind: 'nginx', verdict: { closedBy: 'proxy', hop: 'nginx', certainty: 'likely' } } as const;

describe('what is drawn as seen, and what as following from it', () => {
  it('is all seen where there is no proxy', () => {
    expect(drawn(detail({ frames: [text(-1, 'client')] }), 'frame')).toEqual(['client --> hangup --> server (frame)']);
  });

  it('dots the stretch between a proxy and the client behind it', () => {
    const of = detail({ ...behind, frames: [text(-2, 'client'), text(-1, 'server')] });
    expect(drawn(of, 'frame', 0)).toEqual(['client ··> nginx --> hangup --> server (frame)']);
    expect(drawn(of, 'frame', 1)).toEqual(['server --> hangup --> nginx ··> client (frame)']);
  });

  it('dots the stretch between a proxy and the server behind it', () => {
    const of = detail({ before: 'haproxy', frames: [text(-2, 'client')] });
    expect(drawn(of, 'frame')).toEqual(['client --> hangup --> haproxy ··> server (frame)']);
  });

  it("starts hangup's own ping at hangup, on one leg only, and ends its pong there", () => {
    const of = detail({ ...behind, frames: [ping(-2, 'server', true), pong(-1.9, 'client', true)] });
    expect(drawn(of, 'ping')).toEqual(['hangup --> nginx ··> client (ping)', 'client ··> nginx --> hangup (pong)']);
  });

  it("takes a server's ping through to the client and back", () => {
    const of = detail({ frames: [ping(-2, 'server'), pong(-1.9, 'client')] });
    expect(drawn(of, 'ping')).toEqual(['server --> hangup --> client (ping)', 'client --> hangup --> server (pong)']);
  });

  it('begins the FIN of a proxy at the proxy, and passes it on as inferred', () => {
    expect(drawn(idleTimeout(), 'fin')).toEqual(['nginx --> hangup (fin)', 'hangup ··> server (fin)']);
  });

  it('takes an end behind a proxy back to the client only when the verdict is more than possible', () => {
    const facts = [...opened(-9), closeFrame(0, 'client')];
    const client = (certainty: 'certain' | 'possible') =>
      drawn(detail({ facts, behind: 'nginx', verdict: { closedBy: 'client', certainty } }), 'close');
    expect(client('certain')).toEqual(['client ··> nginx --> hangup --> server (close)']);
    expect(client('possible')).toEqual(['nginx --> hangup --> server (close)']);
  });

  it('does not claim where later ends came from or how far they got', () => {
    const facts = [closeFrame(0, 'server'), closeFrame(0.1, 'client', true), fin(0.2, 'client')];
    const verdict = { closedBy: 'server', certainty: 'certain' } as const;
    const of = detail({ facts, behind: 'nginx', before: 'envoy', verdict });
    expect(drawn(of, 'close', 0)).toEqual(['server ··> envoy --> hangup --> nginx ··> client (close)']);
    expect(drawn(of, 'close', 1)).toEqual(['nginx --> hangup --> envoy (close)']);
    expect(drawn(of, 'fin')).toEqual(['nginx --> hangup (fin)', 'hangup ··> envoy (fin)']);
  });

  it('draws an RST as an RST', () => {
    expect(drawn(detail({ facts: [rst(0, 'client')], verdict: {} }), 'rst')).toEqual([
      'client --> hangup (rst)',
      'hangup ··> server (rst)',
    ]);
  });

  it('shows a peer of which TCP gave up as not reached', () => {
    const lost = view({ kind: 'lost', at: at(0), from: 'client', errno: 'ETIMEDOUT' });
    expect(drawn(detail({ facts: [lost], verdict: {} }), 'lost')[0]).toBe('hangup --> client (lost)');
  });

  it("shows hangup's own close leaving both ways, with an RST to a dead peer", () => {
    const own = view({ kind: 'own-close', at: at(0), why: 'dead-peer', side: 'client', says: '3 pings' });
    const of = detail({ facts: [own], ...behind });
    expect(drawn(of, 'own-close')).toEqual(['hangup --> nginx (rst)', 'hangup --> server (fin)']);
  });

  it('shows a pong that never came as a line that breaks off', () => {
    const missed = view({ kind: 'pong-missed', at: at(-1), from: 'client', missed: 1 });
    expect(drawn(detail({ facts: [missed] }), 'pong-missed')).toEqual(['client ··> hangup (lost)']);
  });

  it('ends a request at hangup whose target could not be reached', () => {
    const [request] = opened(-1);
    const failed = view({ kind: 'target-failed', at: at(0), stage: 'connect', code: 'ECONNREFUSED', says: 'refused' });
    const of = detail({ facts: request === undefined ? [] : [request, failed], verdict: {} });
    expect(drawn(of, 'request')).toEqual(['client --> hangup (frame)']);
    expect(drawn(of, 'failed')).toEqual(['hangup --> server (lost)']);
  });
});
