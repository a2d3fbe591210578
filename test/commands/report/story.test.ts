import { beforeAll, describe, expect, it } from 'vitest';
import { plain } from '../../../src/commands/report/paint.ts';
import { renderStory } from '../../../src/commands/report/story.ts';
import { factLine, frameLine } from '../../../src/words/fact-words.ts';
import { FRAME, head, NOON, row, timeline, verdict } from './samples.ts';

beforeAll(() => {
  process.env.TZ = 'UTC';
});

describe('the whole story of a connection', () => {
  const story = { row: row(), timeline: timeline(), verdict: verdict() };

  it('has the headers as received, both legs in order, evidence, what was ruled out, and the remedy', () => {
    const text = renderStory(story, 100, NOON, plain).join('\n');
    expect(text).toContain(
      'Request as received\n  GET /api/v4/websocket?connection_id=*** HTTP/1.1\n  Host: chat.example.com\n  upGRADE: websocket\n  Cookie: MMAUTHTOKEN=***\n  X-Twice: 1\n  X-Twice: 2\n',
    );
    expect(text).toContain('Answer\n  HTTP/1.1 101 Switching Protocols\n  Upgrade: websocket\n');
    expect(text).toContain(
      [
        '  -60.012 s  client  upgrade request from 127.0.0.1:50000',
        '  -60.010 s  server  answer 101 Switching Protocols',
        '  -60.003 s  server  text, 812 bytes (hello)',
        '   +0.000 s  client  FIN',
        '   +0.002 s  hangup  both legs are gone',
      ].join('\n'),
    );
    expect(text).toContain('Evidence\n  +0.000 s  client-leg: FIN without a Close frame\n');
    expect(text).toContain('Ruled out\n  client: a browser that closes sends a Close frame first\n');
    expect(text).toContain('What to change:\n    proxy_read_timeout 600s; in the location of /api/v4/websocket\n');
    expect(text).toContain("What would settle it:\n    nginx's error_log at level info\n");
  });

  it('says what is not shown of a long one', () => {
    const long = timeline({ dropped: { frames: 1234, facts: 0 } });
    expect(renderStory({ ...story, timeline: long }, 100, NOON, plain)).toContain('  (1,234 earlier frames not shown)');
  });

  it('is told of an open one as far as it has come', () => {
    const open = {
      row: row({ closedAt: null }),
      timeline: timeline({ facts: timeline().facts.slice(0, 2) }),
      verdict: null,
    };
    const text = renderStory(open, 100, NOON, plain).join('\n');
    expect(text).toContain('still open, for 60.0 s');
    expect(text).toContain('Until now\n  -60.012 s');
    expect(text).not.toContain('Verdict');
  });

  it('never passes on a control character, whoever sent it', () => {
    const evil = '\x1b]0;x\x07\u202e';
    const lines = renderStory(
      {
        row: row({ url: evil, peer: evil, userAgent: evil, forwardedFor: evil, tap: evil, trace: evil }),
        timeline: timeline({
          ...head({ url: evil }),
          facts: [
            {
              ...timeline().facts[0],
              kind: 'upgrade-request',
              method: evil,
              url: evil,
              httpVersion: evil,
              peer: evil,
              at: NOON,
              headers: [[evil, evil]],
              headBytes: 0,
              missing: 'both',
            },
            {
              kind: 'upgrade-answer',
              at: NOON,
              status: 403,
              reason: evil,
              httpVersion: '1.1',
              headers: [[evil, evil]],
              headBytes: 0,
              body: evil,
              own: false,
            },
            { kind: 'target-failed', at: NOON, stage: 'tls', code: evil, says: evil },
            { kind: 'close-frame', at: NOON, from: 'client', code: 4000, reason: evil, masked: true, echo: false },
            { kind: 'tls-fault', at: NOON, from: 'client', code: evil, says: evil },
            { kind: 'not-websocket', at: NOON, from: 'client', byte: 0, faults: [evil] },
            { kind: 'frame-fault', at: NOON, from: 'client', frame: 0, faults: [evil] },
            { kind: 'next-url', at: NOON, code: evil },
          ],
          frames: [{ ...FRAME, name: evil }],
        }),
        verdict: verdict({
          hop: evil,
          summary: evil,
          closeReason: evil,
          remedy: evil,
          witness: evil,
          evidence: [{ at: new Date(NOON).toISOString(), source: evil, says: evil }],
          ruledOut: [{ who: evil, because: evil }],
        }),
      },
      100,
      NOON,
      plain,
    );
    for (const line of lines) expect(line).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });
});

describe('facts and frames in words', () => {
  it.each([
    [
      { kind: 'rst', at: 0, from: 'server', errno: 'ECONNRESET', sinceWriteMs: 3, silentBeforeWriteMs: 9 },
      "RST (ECONNRESET), 3 ms after hangup's last write",
    ],
    [
      { kind: 'fin', at: 0, from: 'client', closeNotify: false, insideFrame: { got: 3, of: 4000 } },
      'FIN, without TLS close_notify, 3 bytes into a frame of 4,000',
    ],
    [
      { kind: 'close-frame', at: 0, from: 'server', code: null, reason: '', masked: false, echo: true },
      'Close frame without a code, the answer to the other one',
    ],
    [
      { kind: 'idle-recurs', at: 0, from: 'client', idleMs: 60_000, times: 22 },
      'ended at 60.0 s of idle time for the 22nd time',
    ],
    [
      { kind: 'idle-outlived', at: 0, from: 'client', idleMs: 12_000, otherMs: 30_500 },
      "another connection through the same neighbour was silent for 30.5 s, longer than this one's 12.0 s, and lived",
    ],
    [{ kind: 'resume', at: 0, from: 'client', pausedMs: 2500 }, 'reading resumed after 2.5 s'],
    [{ kind: 'lost', at: 0, from: 'client', errno: 'ETIMEDOUT' }, 'TCP gave up (ETIMEDOUT)'],
  ] as const)('%o', (fact, says) => {
    expect(factLine(fact).says).toBe(says);
  });

  it("tell hangup's own pings and their answers from the peers'", () => {
    const ping = { ...FRAME, opcode: 9, length: 8, name: null, own: true };
    expect(frameLine(ping)).toMatchObject({ where: 'hangup', says: "hangup's own ping, 8 bytes" });
    expect(frameLine({ ...ping, opcode: 10, from: 'client' })).toMatchObject({
      where: 'client',
      says: "to hangup's own: pong, 8 bytes",
    });
    expect(frameLine({ ...FRAME, rsv: 4, fin: false, length: 1 }).says).toBe(
      'text, 1 byte (hello), compressed, to be continued',
    );
    expect(frameLine({ ...FRAME, opcode: 11, name: null }).says).toBe('opcode 11, 812 bytes');
  });
});
