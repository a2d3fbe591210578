import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type FrameBits, frameBits, isControl } from '../../../src/evidence/frame-bits.ts';
import type { Journal } from '../../../src/evidence/journal.ts';
import type { FramesPage, FramesQuery } from '../../../src/inspector/api.ts';
import type { ArchiveThread } from '../../../src/inspector/archive/thread.ts';
import { CLIENT, head, newFolder, openJournal, T0 } from '../../evidence/journal-kit.ts';
import { openArchive } from './archive-kit.ts';

const TEXT = frameBits('server', 1, true, 0, false, false, 0);
const CONTINUATION = frameBits('server', 0, true, 0, false, false, 0);
const PING = frameBits('server', 9, true, 0, false, false, 0);
const OWN_PONG = frameBits('client', 10, true, 0, true, true, 0);

interface Sent {
  readonly at: number;
  readonly bits: FrameBits;
}

/** A run of frames of one kind, so that lists have long stretches of pings. */
const runs = fc.array(
  fc.tuple(
    fc.constantFrom(TEXT, CONTINUATION, PING, OWN_PONG),
    fc.constantFrom(1, 3, 40, 1500),
    fc.constantFrom(1, 20, 9_999, 10_000, 60_003),
  ),
  { minLength: 1, maxLength: 8 },
);

/** @param list of each run: the frames' bits, how many, and the silence before them in ms; they follow each other by 5 ms */
function framesOf(list: readonly (readonly [bits: FrameBits, count: number, gapMs: number])[]): Sent[] {
  const sent: Sent[] = [];
  let at = T0;
  for (const [bits, count, gapMs] of list) {
    at += gapMs;
    for (let i = 0; i < count; i++) {
      sent.push({ at, bits });
      at += 5;
    }
  }
  return sent;
}

function record(journal: Journal, id: string, sent: readonly Sent[]): number {
  const number = journal.opened(head(id), CLIENT);
  for (const { at, bits } of sent) journal.frame(number, at, bits, 10, null);
  return number;
}

async function ask(archive: ArchiveThread, id: string, query: FramesQuery): Promise<FramesPage> {
  const page = await archive.frames(id, query);
  if (page === null) throw new Error(`no connection ${id}`);
  return page;
}

const indexes = ({ frames }: FramesPage): number[] => frames.map(({ index }) => index);

describe('the list of frames', () => {
  it('without control frames is the whole list, filtered: by place, by time, at any length, hot or sorted', async () => {
    const folder = newFolder();
    const { journal } = await openJournal(folder, { limits: { compactFrames: 3000 } });
    const archive = openArchive(folder);
    let n = 0;
    await fc.assert(
      fc.asyncProperty(
        runs,
        fc.double({ min: 0, max: 1.1, noNaN: true }),
        fc.integer({ min: 1, max: 1000 }),
        async (list, part, limit) => {
          const id = `c${n++}`;
          const sent = framesOf(list);
          record(journal, id, sent);
          await journal.flushed();
          const all = sent.map(({ at, bits }, index) => ({ at, bits, index }));
          const data = all.filter(({ bits }) => !isControl(bits));
          const from = Math.floor(part * data.length);
          const page = await ask(archive, id, { control: false, from, limit });
          const wanted = data.slice(from, from + limit).map(({ index }) => index);
          expect(page).toMatchObject({ total: data.length, first: Math.min(from, data.length) });
          expect(indexes(page)).toEqual(wanted);

          const at = T0 + part * ((sent.at(-1)?.at ?? T0) - T0 + 1);
          const place = data.findIndex((frame) => frame.at >= at);
          const since = await ask(archive, id, { control: false, at, limit: 3 });
          expect(since.first).toBe(place === -1 ? data.length : place);
          expect(indexes(since)).toEqual(place === -1 ? [] : data.slice(place, place + 3).map(({ index }) => index));

          const start = Math.floor(part * all.length);
          const whole = await ask(archive, id, { from: start, limit });
          expect(whole).toMatchObject({ total: all.length, first: Math.min(start, all.length) });
          expect(indexes(whole)).toEqual(all.slice(start, start + limit).map(({ index }) => index));
        },
      ),
      { numRuns: 40 },
    );
  });

  it('goes on as frames arrive, while they are sorted away and after', async () => {
    const folder = newFolder();
    const { journal } = await openJournal(folder, { limits: { compactFrames: 2500 } });
    const archive = openArchive(folder);
    const number = record(journal, 'grows', []);
    let sent = 0;
    for (let round = 0; round < 12; round++) {
      for (let i = 0; i < 700; i++) journal.frame(number, T0 + sent++ * 10, i % 10 === 0 ? PING : TEXT, 10, null);
      await journal.flushed();
      const page = await ask(archive, 'grows', { control: false, from: 630 * (round + 1) - 5, limit: 50 });
      expect(page).toMatchObject({ total: 630 * (round + 1), first: 630 * (round + 1) - 5 });
      expect(indexes(page)).toEqual([sent - 5, sent - 4, sent - 3, sent - 2, sent - 1]);
    }
  });

  it('begins at the first frame unless told otherwise, with 200 of them; from wins over at', async () => {
    const folder = newFolder();
    const { journal } = await openJournal(folder);
    record(journal, 'one', framesOf([[TEXT, 1500, 1]]));
    await journal.flushed();
    const archive = openArchive(folder);
    for (const control of [true, false]) {
      expect(await ask(archive, 'one', { control })).toMatchObject({ total: 1500, first: 0, frames: { length: 200 } });
      expect((await ask(archive, 'one', { control, from: 7, at: T0 + 5000, limit: 1 })).first).toBe(7);
      expect(await ask(archive, 'one', { control, from: 9999 })).toEqual({ total: 1500, first: 1500, frames: [] });
      expect((await ask(archive, 'one', { control, limit: 5000 })).frames).toHaveLength(1000);
    }
    expect(await archive.frames('none', {})).toBeNull();
    expect(await archive.gaps('none', 10_000)).toBeNull();
  });

  it('says where it begins when its oldest frames had to leave, also while it is looked at', async () => {
    const folder = newFolder();
    const { journal } = await openJournal(folder);
    const sent = Array.from({ length: 20_000 }, (_, i) => ({ at: T0 + i * 7, bits: i % 4 === 0 ? PING : TEXT }));
    record(journal, 'long', sent);
    await journal.close();
    const archive = openArchive(folder);
    expect(await ask(archive, 'long', { control: false, limit: 1 })).toMatchObject({ total: 15_000, first: 0 });
    // As retention does it, to stay within --max-disk.
    const db = new DatabaseSync(join(folder, 'journal.db'));
    db.exec('DELETE FROM chunk WHERE id IN (SELECT id FROM chunk ORDER BY id LIMIT 5)');
    db.close();
    const whole = await ask(archive, 'long', { limit: 10 });
    const [kept = 0] = indexes(whole);
    expect(kept).toBeGreaterThan(1000);
    expect(whole).toMatchObject({ total: 20_000, first: kept });
    const left = sent.map(({ bits }, index) => ({ bits, index })).slice(kept);
    const data = left.filter(({ bits }) => !isControl(bits)).map(({ index }) => index);
    for (const from of [0, 1, 1000, data.length - 1]) {
      const page = await ask(archive, 'long', { control: false, from, limit: 10 });
      expect(page).toMatchObject({ total: data.length, first: from });
      expect(indexes(page)).toEqual(data.slice(from, from + 10));
    }
    const { notes } = (await archive.connection('long')) ?? {};
    expect(notes?.join()).toMatch(/^Its first [\d,]+ frames were removed/);
  });
});

describe('gaps', () => {
  it('are the silences of 10 s and more, and grow with the connection', async () => {
    const folder = newFolder();
    const { journal } = await openJournal(folder);
    const archive = openArchive(folder);
    const sent = framesOf([
      [TEXT, 3, 1],
      [PING, 1, 9_994],
      [TEXT, 2, 9_995],
      [OWN_PONG, 2, 59_998],
    ]);
    const number = record(journal, 'one', sent);
    await journal.flushed();
    const gap = (index: number): { index: number; at: number; ms: number } => ({
      index,
      at: sent[index]?.at ?? 0,
      ms: (sent[index]?.at ?? 0) - (sent[index - 1]?.at ?? 0),
    });
    expect(await archive.gaps('one', 10_000)).toEqual({ gaps: [gap(4), gap(6)], total: 2 });
    expect(await archive.gaps('one', 0)).toEqual({ gaps: [gap(4), gap(6)], total: 2 });
    expect(await archive.gaps('one', 60_000)).toEqual({ gaps: [gap(6)], total: 1 });
    journal.frame(number, (sent.at(-1)?.at ?? 0) + 70_000, TEXT, 1, null);
    await journal.flushed();
    expect(await archive.gaps('one', 60_000)).toMatchObject({
      gaps: [{ index: 6 }, { index: 8, ms: 70_000 }],
      total: 2,
    });
  });

  it('are at most 1000, the longest of all, in order of time', async () => {
    const folder = newFolder();
    const { journal } = await openJournal(folder);
    const archive = openArchive(folder);
    const number = journal.opened(head('many'), CLIENT);
    let at = T0;
    for (let i = 0; i <= 1500; i++) {
      journal.frame(number, at, TEXT, 1, null);
      at += 10_000 + ((i * 7919) % 1500);
    }
    await journal.flushed();
    const page = await archive.gaps('many', 10_000);
    expect(page?.total).toBe(1500);
    expect(page?.gaps).toHaveLength(1000);
    expect(Math.min(...(page?.gaps ?? []).map(({ ms }) => ms))).toBe(10_500);
    const times = (page?.gaps ?? []).map(({ at: time }) => time);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  });
});

describe('a payload', () => {
  const kept: readonly [name: string, opcode: number, rsv: number, bytes: Buffer][] = [
    ['text', 1, 0, Buffer.from('<img onerror=alert(1)> \u202e é€𝄞')],
    ['binary', 2, 0, Buffer.from([0, 255, 1])],
    ['continued text', 0, 0, Buffer.from('and on')],
    ['continued bytes', 0, 0, Buffer.from([0xff, 0xfe])],
    ['compressed', 1, 4, Buffer.from([0x4a, 0x49])],
    ['broken text', 1, 0, Buffer.from([0x61, 0xff, 0x62])],
    ['byte order mark', 1, 0, Buffer.from('\ufeffx')],
  ];

  it('is text where the frame is text, else base64; nothing where nothing was kept', async () => {
    const folder = newFolder();
    const { journal } = await openJournal(folder);
    const number = journal.opened(head('one'), CLIENT);
    for (const [i, [, opcode, rsv, bytes]] of kept.entries()) {
      journal.frame(number, T0 + i, frameBits('server', opcode, true, rsv, false, false, 0), bytes.length + 5, bytes);
    }
    journal.frame(number, T0 + 100, TEXT, 10, null);
    await journal.flushed();
    const archive = openArchive(folder);
    const shown = await Promise.all(kept.map((_, i) => archive.payload('one', i, 65_536)));
    expect(shown.map((view) => view?.text)).toEqual([
      '<img onerror=alert(1)> \u202e é€𝄞',
      null,
      'and on',
      null,
      null,
      'a\ufffdb',
      '\ufeffx',
    ]);
    expect(shown.map((view) => view?.base64)).toEqual([null, 'AP8B', null, '//4=', 'Skk=', null, null]);
    expect(shown[0]).toMatchObject({ kept: 36, length: 41, cut: false });
    expect(await archive.payload('one', kept.length, 100)).toBeNull();
    expect(await archive.payload('one', 999, 100)).toBeNull();
    expect(await archive.payload('none', 0, 100)).toBeNull();
  });

  it('is cut where it must be, but never within a character', async () => {
    const folder = newFolder();
    const { journal } = await openJournal(folder);
    const number = journal.opened(head('one'), CLIENT);
    journal.frame(number, T0, TEXT, 8, Buffer.from('a€€b'));
    journal.frame(number, T0 + 1, frameBits('server', 2, true, 0, false, false, 0), 4, Buffer.from([1, 2, 3, 4]));
    await journal.flushed();
    const archive = openArchive(folder);
    const texts = [];
    for (let limit = 1; limit <= 8; limit++) texts.push((await archive.payload('one', 0, limit))?.text);
    expect(texts).toEqual(['a', 'a', 'a', 'a€', 'a€', 'a€', 'a€€', 'a€€b']);
    expect(await archive.payload('one', 1, 3)).toEqual({ kept: 4, length: 4, text: null, base64: 'AQID', cut: true });
  });
});
