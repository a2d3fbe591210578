import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { frameBits } from '../../src/evidence/frame-bits.ts';
import { journalStatus } from '../../src/evidence/journal-reader.ts';
import { emptyTotals } from '../../src/evidence/timeline.ts';
import {
  CLIENT,
  head,
  newFolder,
  openJournal,
  openReader,
  runScript,
  SERVER_TEXT,
  T0,
  verdictRow,
} from './journal-kit.ts';

/** The flush interval (journal.ts), and what a loaded machine may add to it before the transaction is written. */
const LOST_MS = 250 + 250;
/** write-steadily records 10 frames a connection every 5 ms at most. */
const FRAMES_PER_MS = 2;

describe('after kill -9', () => {
  it('only the last moments of frames are lost, none is twice, and open connections come back to be judged', async () => {
    const folder = newFolder();
    for (let round = 1; round <= 3; round++) {
      const script = runScript('write-steadily.ts', folder);
      await script.line('ready');
      let told = '';
      while (Number(told.split(' ')[2] ?? 0) < 1500) told = await script.line('wrote');
      await script.kill();

      // A reader needs no restart of hangup first.
      const reader = openReader(folder);
      const found = reader.frames(`${script.child.pid}-a`, { limit: 1e6 });
      expect(found.length).toBeGreaterThanOrEqual(1500 - LOST_MS * FRAMES_PER_MS);
      expect(found.map(({ length }) => length)).toEqual(found.map((_, i) => i));
      expect(found.every(({ index }, i) => index === i)).toBe(true);
      expect(journalStatus(folder)).toMatchObject({ pid: script.child.pid, recording: true, alive: false });
    }

    const { journal, orphans } = await openJournal(folder);
    expect(orphans.length).toBe(12);
    const reader = openReader(folder);
    for (const { number, timeline, nextFact, ended } of orphans) {
      const frames = reader.frames(timeline.connection, { limit: 1e6 });
      expect(frames.map(({ length }) => length)).toEqual(frames.map((_, i) => i));
      expect(timeline.totals.server.frames).toBe(frames.length);
      expect(timeline.frames).toEqual(frames.slice(-64).map(({ index: _, ...frame }) => frame));
      expect(timeline.frames.at(-1)?.name).toBe('posted');
      expect({ nextFact, ended, facts: timeline.facts.length }).toEqual({ nextFact: 1, ended: false, facts: 1 });
      journal.fact(number, nextFact, { kind: 'own-close', at: T0, why: 'killed', side: null, says: 'killed' });
      journal.ended(number, T0, timeline.totals);
      journal.verdict(number, verdictRow(T0, 'gateway', 'gateway-shutdown'));
    }
    await journal.close();
    expect([...reader.connections({ closedBy: 'gateway' })].length).toBe(12);
    expect((await openJournal(folder)).orphans).toEqual([]);
  });

  it('a connection that had ended without a verdict comes back, too', async () => {
    const folder = newFolder();
    const first = await openJournal(folder);
    const number = first.journal.opened(head('one'), CLIENT);
    const totals = { ...emptyTotals(T0), longestNaturalGapMs: 5 };
    first.journal.ended(number, T0 + 1, totals);
    await first.journal.close();
    const { orphans } = await openJournal(folder);
    expect(orphans).toMatchObject([{ number, ended: true, nextFact: 0, timeline: { connection: 'one', totals } }]);
  });
});

describe('payloads', () => {
  it('stay with their frames through sorting and restarts', async () => {
    const folder = newFolder();
    const bits = frameBits('client', 1, true, 0, true, false, 0);
    for (let run = 0; run < 2; run++) {
      const { journal } = await openJournal(folder, { limits: { compactFrames: 100 } });
      const numbers = [journal.opened(head(`${run}-a`), CLIENT), journal.opened(head(`${run}-b`), CLIENT)];
      for (let i = 0; i < 20_000; i++) {
        const number = numbers[i % 2] ?? 0;
        const kept = i % 1000 < 2;
        journal.frame(number, T0 + i, kept ? bits : SERVER_TEXT, i, kept ? Buffer.from(`payload ${i}`) : null);
      }
      await journal.close();
    }
    const reader = openReader(folder);
    for (const id of ['0-a', '0-b', '1-a', '1-b']) {
      const withPayload = reader.frames(id, { limit: 1e6 }).filter(({ from }) => from === 'client');
      expect(withPayload.length).toBe(20);
      for (const { index, length } of withPayload) {
        expect(Buffer.from(reader.payload(id, index) ?? []).toString()).toBe(`payload ${length}`);
      }
    }
    expect(readdirSync(folder).toSorted()).toEqual(expect.arrayContaining(['journal.db', 'lock.db', 'status.json']));
  });
});
