import { statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import type { Fact } from '../../src/evidence/fact.ts';
import { frameBits } from '../../src/evidence/frame-bits.ts';
import type { ConnectionRow } from '../../src/evidence/journal-reader.ts';
import { emptyTotals } from '../../src/evidence/timeline.ts';
import {
  CLIENT,
  CLIENT_TEXT,
  head,
  newFolder,
  openJournal,
  openReader,
  SERVER_TEXT,
  T0,
  verdictRow,
} from './journal-kit.ts';

/** One of each kind: a kind that is added to Fact and not here does not compile. */
const EVERY_FACT: { readonly [Kind in Fact['kind']]: Extract<Fact, { kind: Kind }> } = {
  'upgrade-request': {
    kind: 'upgrade-request',
    at: T0,
    method: 'GET',
    url: '/api/v4/websocket',
    httpVersion: '1.1',
    headers: [
      ['Host', 'chat.example'],
      ['Cookie', 'a=***'],
      ['cookie', 'ünïcode "quoted"'],
    ],
    peer: '10.0.0.7:51234',
    headBytes: 0,
    missing: null,
  },
  'upgrade-answer': {
    kind: 'upgrade-answer',
    at: T0 + 1,
    status: 101,
    reason: 'Switching Protocols',
    httpVersion: '1.1',
    headers: [['Upgrade', 'websocket']],
    headBytes: 4,
    body: null,
    own: false,
  },
  'target-failed': { kind: 'target-failed', at: T0 + 2, stage: 'connect', code: 'ECONNREFUSED', says: 'refused' },
  'close-frame': {
    kind: 'close-frame',
    at: T0 + 3,
    from: 'client',
    code: 4001,
    reason: 'tschüß \u0000 \u{1f44b}',
    masked: true,
    echo: false,
  },
  fin: { kind: 'fin', at: T0 + 4, from: 'server', closeNotify: false, insideFrame: { got: 3, of: 2 ** 40 } },
  rst: { kind: 'rst', at: T0 + 5, from: 'client', errno: 'ECONNRESET', sinceWriteMs: 0.25, silentBeforeWriteMs: null },
  lost: { kind: 'lost', at: T0 + 6, from: 'client', errno: 'ETIMEDOUT' },
  'own-close': { kind: 'own-close', at: T0 + 7, why: 'dead-peer', side: 'client', says: 'no pong' },
  pause: { kind: 'pause', at: T0 + 8, from: 'server' },
  resume: { kind: 'resume', at: T0 + 9, from: 'server', pausedMs: 1.5 },
  'pong-missed': { kind: 'pong-missed', at: T0 + 10, from: 'client', missed: 2 },
  'not-websocket': { kind: 'not-websocket', at: T0 + 11, from: 'client', byte: 12, faults: ['rsv'] },
  'frame-fault': { kind: 'frame-fault', at: T0 + 12, from: 'client', frame: 3, faults: ['unmasked'] },
  together: {
    kind: 'together',
    at: T0 + 13,
    from: 'client',
    count: 12,
    spreadMs: 3,
    idleMs: [1, 59_999],
    clients: null,
    survivors: 0,
  },
  'target-refused': { kind: 'target-refused', at: T0 + 14, code: 'ECONNREFUSED' },
  'idle-recurs': { kind: 'idle-recurs', at: T0 + 15, from: 'client', idleMs: 60_000, times: 3 },
  'idle-outlived': { kind: 'idle-outlived', at: T0 + 15.125, from: 'client', idleMs: 12_000, otherMs: 30_500 },
  'next-url': { kind: 'next-url', at: T0 + 15.25, code: '1006' },
  'tls-fault': { kind: 'tls-fault', at: T0 + 15.5, from: 'server', code: 'ERR_SSL_BAD_RECORD', says: 'bad record' },
  'mattermost-hello': { kind: 'mattermost-hello', at: T0 + 15.75, connectionId: 'aqdzprjf37r5pfxa' },
  ended: { kind: 'ended', at: T0 + 16 },
};

describe('what was recorded', () => {
  it('comes back: every kind of fact, in order, byte for byte', async () => {
    const folder = newFolder();
    const { journal } = await openJournal(folder);
    const facts = Object.values(EVERY_FACT);
    const number = journal.opened(head('one'), CLIENT);
    for (const [n, fact] of facts.entries()) journal.fact(number, n, fact);
    const totals = { ...emptyTotals(T0), longestNaturalGapMs: 60_003.5 };
    journal.ended(number, T0 + 16, totals);
    journal.verdict(number, verdictRow(T0 + 3));
    await journal.close();

    const reader = openReader(folder);
    expect(reader.timeline('one')).toEqual({
      ...head('one'),
      facts,
      frames: [],
      totals,
      dropped: { facts: 0, frames: 0 },
    });
    expect([...reader.connections()]).toEqual([
      {
        number,
        id: 'one',
        tap: 'inner',
        url: head('one').url,
        trace: null,
        openedAt: T0,
        ...CLIENT,
        head: JSON.stringify(head('one')),
        user: null,
        endedAt: T0 + 16,
        closedAt: T0 + 3,
        totals,
        verdict: verdictRow(T0 + 3).json,
      },
    ]);
    expect(reader.timeline('two')).toBeNull();
  });

  it('comes back: frames with their times to the microsecond, names, huge lengths and payloads', async () => {
    const folder = newFolder();
    const { journal, names } = await openJournal(folder);
    const one = journal.opened(head('one'), CLIENT);
    const two = journal.opened(head('two'), CLIENT);
    const posted = frameBits('server', 1, true, 4, false, false, names.id('posted'));
    const payload = Buffer.from('{"event":"posted"}');
    journal.frame(one, T0 + 0.001, posted, 600, payload);
    journal.frame(two, T0 + 0.002, CLIENT_TEXT, 2 ** 36 + 17, null);
    journal.frame(one, T0 + 5_000_000, frameBits('client', 9, true, 0, true, true, 0), 0, Buffer.alloc(0));
    payload.fill(0);
    await journal.close();

    const reader = openReader(folder);
    expect(reader.frames('one')).toEqual([
      {
        index: 0,
        at: expect.closeTo(T0 + 0.001, 3),
        from: 'server',
        opcode: 1,
        fin: true,
        rsv: 4,
        masked: false,
        length: 600,
        own: false,
        name: 'posted',
      },
      {
        index: 1,
        at: expect.closeTo(T0 + 5_000_000, 3),
        from: 'client',
        opcode: 9,
        fin: true,
        rsv: 0,
        masked: true,
        length: 0,
        own: true,
        name: null,
      },
    ]);
    expect(reader.frames('two')[0]?.length).toBe(2 ** 36 + 17);
    expect(Buffer.from(reader.payload('one', 0) ?? []).toString()).toBe('{"event":"posted"}');
    expect(reader.payload('one', 1)).toEqual(new Uint8Array());
    expect(reader.payload('two', 0)).toBeNull();
  });

  it('puts the first payload of all to its own frame, however many came before it without one', async () => {
    const folder = newFolder();
    const { journal } = await openJournal(folder, { limits: { compactFrames: 64 } });
    const [one, two] = [journal.opened(head('one'), CLIENT), journal.opened(head('two'), CLIENT)];
    for (const batch of [0, 1, 2]) {
      for (let i = 0; i < 50; i++) journal.frame(i % 5 === 0 ? two : one, T0 + batch * 50 + i, SERVER_TEXT, 5, null);
      await journal.flushed();
    }
    journal.frame(one, T0 + 500, SERVER_TEXT, 5, Buffer.from('first'));
    await journal.flushed();
    journal.frame(one, T0 + 501, SERVER_TEXT, 5, null);
    await journal.flushed();
    journal.frame(one, T0 + 502, SERVER_TEXT, 5, Buffer.from('later'));
    journal.frame(two, T0 + 503, SERVER_TEXT, 5, Buffer.from('other'));
    await journal.close();

    const reader = openReader(folder);
    const kept = (id: string) =>
      reader.frames(id, { limit: 500 }).flatMap(({ index }) => {
        const bytes = reader.payload(id, index);
        return bytes === null ? [] : [[index, Buffer.from(bytes).toString()]];
      });
    expect(kept('one')).toEqual([
      [120, 'first'],
      [122, 'later'],
    ]);
    expect(kept('two')).toEqual([[30, 'other']]);
  });

  it('keeps names and goes on counting connections after a restart', async () => {
    const folder = newFolder();
    const first = await openJournal(folder);
    const bits = frameBits('server', 1, true, 0, false, false, first.names.id('hello'));
    const before = first.journal.opened(head('before'), CLIENT);
    first.journal.frame(before, T0, bits, 10, null);
    await first.journal.close();

    const second = await openJournal(folder);
    expect(second.names.id('hello')).toBe(1);
    const after = second.journal.opened(head('after'), CLIENT);
    expect(after).toBe(before + 1);
    second.journal.frame(after, T0, frameBits('server', 1, true, 0, false, false, second.names.id('typing')), 10, null);
    await second.journal.close();

    const reader = openReader(folder);
    expect(reader.frames('before')[0]?.name).toBe('hello');
    expect(reader.frames('after')[0]?.name).toBe('typing');
  });

  it('is for its owner alone', async () => {
    const folder = newFolder();
    const { journal } = await openJournal(folder);
    journal.opened(head('one'), CLIENT);
    const mode = (path: string): number => statSync(path).mode & 0o777;
    expect(mode(folder)).toBe(0o700);
    for (const file of ['journal.db', 'journal.db-wal', 'lock.db', 'status.json']) {
      expect(mode(join(folder, file)), file).toBe(0o600);
    }
  });
});

describe('a reader beside a running hangup', () => {
  it('sees a verdict within a second of the close, and its own frames, sorted or not yet', async () => {
    const folder = newFolder();
    const { journal } = await openJournal(folder, { limits: { compactFrames: 500 } });
    const reader = openReader(folder);
    const numbers = ['one', 'two', 'three'].map((id) => journal.opened(head(id), CLIENT));
    for (let i = 0; i < 1234; i++) {
      for (const number of numbers) journal.frame(number, T0 + i, SERVER_TEXT, i, null);
      if (i % 100 === 0)
        await vi.waitFor(() => expect(reader.frameCount('two')).toBe(i + 1), { timeout: 5000, interval: 5 });
    }
    await vi.waitFor(() => expect(reader.frameCount('two')).toBe(1234), { timeout: 5000, interval: 5 });
    expect(reader.frames('two', { limit: 2000 }).map(({ length }) => length)).toEqual(
      Array.from({ length: 1234 }, (_, i) => i),
    );
    expect(reader.frames('two', { fromIndex: 700, limit: 3 }).map(({ index }) => index)).toEqual([700, 701, 702]);
    expect(reader.frames('two', { fromTime: T0 + 299.5, limit: 2 }).map(({ index }) => index)).toEqual([300, 301]);
    expect(reader.frames('two', { fromTime: T0 + 1232.5 }).map(({ index }) => index)).toEqual([1233]);
    expect(reader.frames('two', { fromTime: T0 + 5000 })).toEqual([]);
    expect(reader.frames('two', { fromIndex: 5000 })).toEqual([]);

    const closed = performance.now();
    journal.verdict(numbers[1] ?? 0, verdictRow(T0 + 2000));
    await vi.waitFor(() => expect([...reader.connections({ open: false })].length).toBe(1), {
      timeout: 5000,
      interval: 5,
    });
    expect(performance.now() - closed).toBeLessThan(1000);
    const live = reader.timeline('one');
    expect(live?.totals.server.frames).toBe(1234);
    expect(live?.frames.length).toBe(64);
    expect(live?.dropped.frames).toBe(1234 - 64);
  });

  it('lists open connections first, then the last closed, and filters and pages by what it is asked', async () => {
    const folder = newFolder();
    const { journal } = await openJournal(folder);
    const ids = Array.from({ length: 450 }, (_, i) => `c${i}`);
    for (const [i, id] of ids.entries()) {
      const number = journal.opened(head(id, T0 + i), CLIENT);
      if (i >= 420) continue;
      journal.ended(number, T0 + 1000 + (i % 50), emptyTotals(T0));
      journal.verdict(number, verdictRow(T0 + 1000 + (i % 50), i % 3 === 0 ? 'proxy' : 'client', `cause-${i % 4}`));
    }
    await journal.close();
    const reader = openReader(folder);
    const all = [...reader.connections()];
    expect(all.map(({ id }) => id).toSorted()).toEqual(ids.toSorted());
    expect(all.slice(0, 30).map(({ id }) => id)).toEqual(ids.slice(420).reverse());
    const closedAt = all.slice(30).map((row) => row.closedAt ?? 0);
    expect(closedAt).toEqual(closedAt.toSorted((a, b) => b - a));

    const paged = [];
    for (let last: ConnectionRow | undefined; ; ) {
      const page = [...reader.connections({ limit: 37, ...(last === undefined ? {} : { after: last }) })];
      paged.push(...page);
      last = page.at(-1);
      if (last === undefined) break;
    }
    expect(paged).toEqual(all);

    const numbers = (filter: Parameters<typeof reader.connections>[0]): string[] =>
      [...reader.connections(filter)].map(({ id }) => id).toSorted();
    const closed = ids.slice(0, 420);
    expect(numbers({ open: true })).toEqual(ids.slice(420).toSorted());
    expect(numbers({ open: false })).toEqual(closed.toSorted());
    expect(numbers({ closedBy: 'proxy' })).toEqual(closed.filter((_, i) => i % 3 === 0).toSorted());
    expect(numbers({ cause: 'cause-1' })).toEqual(closed.filter((_, i) => i % 4 === 1).toSorted());
    expect(numbers({ closedBy: 'proxy', cause: 'cause-1' })).toEqual(
      closed.filter((_, i) => i % 3 === 0 && i % 4 === 1).toSorted(),
    );
    expect(numbers({ open: false, sinceMs: T0 + 1048 })).toEqual(closed.filter((_, i) => i % 50 >= 48).toSorted());
    expect(numbers({ id: 'c7' })).toEqual(['c7']);
    expect(numbers({ limit: 0 })).toEqual([]);
  });
});
