import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { frameName, NAME_PREFIX_BYTES, VERDICT_NAMES } from '../../src/mattermost/frame-name.ts';

const SEED = 20261122;
const NAME = /^(?:action )?[A-Za-z0-9_.:-]{1,64}$|^reply (?:OK|FAIL)$/;

/** The prefix as the frame reader hands it over. */
function nameOf(from: 'client' | 'server', text: string): string | null {
  return frameName(from, new TextEncoder().encode(text).subarray(0, NAME_PREFIX_BYTES));
}

describe('the name of a real frame', () => {
  const captured: unknown[] = readFileSync(new URL('captured-frames.ndjson', import.meta.url), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

  it('is the event, the reply or the action that Mattermost 5.37 sent and got', () => {
    const named = captured.map((frame) => {
      if (!isFrame(frame)) throw new Error('a capture is {from, text}');
      return `${frame.from} ${nameOf(frame.from, frame.text)}`;
    });
    expect(named).toEqual([
      'server hello',
      'server status_change',
      'server posted',
      'server posted',
      'server posted',
      'server posted',
      'server reply OK',
      'server reply OK',
      'server reply OK',
      'client action user_typing',
      'client action ping',
      'client action get_statuses',
      'client action authentication_challenge',
      'server hello',
      'server reply OK',
    ]);
  });

  it.each([
    ['server', '{"event": "posted", "data": {"channel_type":"O"}, "broadcast": {}, "seq": 4}', 'posted'],
    ['server', '{"status":"FAIL","seq_reply":3,"error":{"id":"api.web_socket_router…"}}', 'reply FAIL'],
    ['server', '{"seq_reply": 3, "status": "OK"}', 'reply OK'],
    ['server', '{"data":{"a":[1,{"event":"inner"}]},"event":"typing","seq":1}', 'typing'],
    [
      'server',
      '{"event":"custom_com.mattermost.calls_user-joined:1","data":{}}',
      'custom_com.mattermost.calls_user-joined:1',
    ],
    ['client', '{"action":"ping","seq":3}', 'action ping'],
    ['client', ' {\n\t"seq" : 9007199254740991 , "action" : "presence" }', 'action presence'],
  ] as const)('%s %s', (from, text, name) => {
    expect(nameOf(from, text)).toBe(name);
  });

  it('has room for the longest event name in the wider spacing', () => {
    const name = 'e'.repeat(64);
    expect(nameOf('server', `{"event": "${name}", "data": {}}`)).toBe(name);
    expect(nameOf('server', `{"event": "${name}e", "data": {}}`)).toBeNull();
  });

  it('covers every name a verdict asks about', () => {
    const seen = [
      nameOf('server', '{"event":"hello"}'),
      nameOf('client', '{"seq":1,"action":"authentication_challenge","data":{"token":"secret"}}'),
      nameOf('server', '{"status":"OK"}'),
      nameOf('server', '{"status":"FAIL"}'),
    ];
    expect(seen).toEqual([...VERDICT_NAMES]);
  });
});

describe('what has no name', () => {
  it.each([
    ['server', ''],
    ['server', '{'],
    ['server', '{}'],
    ['server', '[]'],
    ['server', 'hello'],
    ['server', '{"event":"pos'],
    ['server', '{"event":""}'],
    ['server', '{"event":"two words"}'],
    ['server', '{"event":"p\\u006fsted"}'],
    ['server', '{"event":null}'],
    ['server', '{"event":7}'],
    ['server', '{"status":"online"}'],
    ['server', '{"data":{"event":"inner"}}'],
    ['server', '{"message":"\\"event\\":\\"fake\\"","event":"posted"}'],
    ['server', '{"action":"ping","seq":1}'],
    ['client', '{"event":"posted"}'],
    ['client', '{"status":"OK"}'],
    ['client', '{"action":"my secret, in clear"}'],
  ] as const)('%s %s', (from, text) => {
    expect(nameOf(from, text)).toBeNull();
  });
});

describe('for any frame', () => {
  const identifier = fc.stringMatching(/^[A-Za-z0-9_.:-]{1,64}$/);
  const side = fc.constantFrom('client' as const, 'server' as const);
  const members = fc.record(
    {
      event: fc.oneof(identifier, fc.string()),
      status: fc.oneof(fc.constantFrom('OK', 'FAIL'), fc.string()),
      action: fc.oneof(identifier, fc.string()),
      seq: fc.maxSafeNat(),
      seq_reply: fc.maxSafeNat(),
      data: fc.jsonValue({ maxDepth: 2 }),
      ok: fc.boolean(),
      ratio: fc.double({ noNaN: true, noDefaultInfinity: true }),
    },
    { requiredKeys: [] },
  );

  it('agrees with JSON.parse in every key order and both spacings, wherever it answers', () => {
    let answered = 0;
    fc.assert(
      fc.property(members, side, fc.boolean(), fc.infiniteStream(fc.nat()), (members, from, spaced, order) => {
        const text = written(members, spaced, order);
        const name = nameOf(from, text);
        if (name === null) return;
        answered++;
        expect(allowed(JSON.parse(text), from)).toContain(name);
      }),
      { seed: SEED, numRuns: 3000 },
    );
    expect(answered).toBeGreaterThan(300);
  });

  it('answers whenever the name stands first, in both spacings', () => {
    fc.assert(
      fc.property(identifier, fc.jsonValue(), fc.boolean(), (name, data, spaced) => {
        const order = [0, 1].values();
        expect(nameOf('server', written({ event: name, data }, spaced, order))).toBe(name);
        expect(nameOf('client', written({ action: name, data }, spaced, [0, 1].values()))).toBe(`action ${name}`);
      }),
      { seed: SEED, numRuns: 500 },
    );
  });

  it('never throws on garbage, and never lets text outside the alphabet through', () => {
    const garbage = fc.oneof(
      fc.uint8Array({ maxLength: NAME_PREFIX_BYTES }),
      fc.string().map((text) => new TextEncoder().encode(`{"event":"${text}"`)),
      fc.string({ unit: 'binary' }).map((text) => new TextEncoder().encode(`{"action": "${text}", "seq":1}`)),
      fc
        .array(fc.constantFrom('{', '}', '[', ']', '"', ':', ',', '\\', ' ', 'event', 'action', 'status', 'OK', '1'))
        .map((tokens) => new TextEncoder().encode(tokens.join(''))),
    );
    fc.assert(
      fc.property(garbage, side, (bytes, from) => {
        const before = bytes.slice();
        const name = frameName(from, bytes);
        if (name !== null) expect(name).toMatch(NAME);
        expect(bytes).toEqual(before);
      }),
      { seed: SEED, numRuns: 5000 },
    );
  });

  it('finds a name again after a peer has invented thousands', () => {
    for (let i = 0; i < 20_000; i++) expect(nameOf('server', `{"event":"e${i}","data":{}}`)).toBe(`e${i}`);
    expect(nameOf('server', '{"event":"posted","data":{}}')).toBe('posted');
    expect(nameOf('client', '{"action":"e7"}')).toBe('action e7');
    expect(nameOf('server', '{"event":"e7"}')).toBe('e7');
  });
});

it('keeps nothing of the bytes it was given: they may be overwritten by the next read', () => {
  const read = Buffer.from('{"event":"first_of_its_kind"}');
  expect(frameName('server', read)).toBe('first_of_its_kind');
  read.write('other', 10);
  expect(frameName('server', read)).toBe('other_of_its_kind');
  expect(nameOf('server', '{"event":"first_of_its_kind"}')).toBe('first_of_its_kind');
  expect(nameOf('server', '{"event":"other_of_its_kind"}')).toBe('other_of_its_kind');
});

function written(members: Record<string, unknown>, spaced: boolean, order: Iterator<number>): string {
  const [colon, comma] = spaced ? [': ', ', '] : [':', ','];
  const pairs = Object.entries(members).map(([key, value]) => ({
    text: `${JSON.stringify(key)}${colon}${JSON.stringify(value)}`,
    rank: Number(order.next().value),
  }));
  return `{${pairs
    .sort((a, b) => a.rank - b.rank)
    .map((pair) => pair.text)
    .join(comma)}}`;
}

/** What the frame may be called, going by its parsed members. */
function allowed(frame: Record<string, unknown>, from: 'client' | 'server'): string[] {
  if (from === 'client') return [`action ${frame.action}`];
  return [String(frame.event), `reply ${frame.status}`];
}

function isFrame(value: unknown): value is { from: 'client' | 'server'; text: string } {
  return typeof value === 'object' && value !== null && 'from' in value && 'text' in value;
}
