import { stripVTControlCharacters } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { closedTable } from '../../../src/commands/report/closed-table.ts';
import { readFilters } from '../../../src/commands/report/filters.ts';
import { headline, nothingYet } from '../../../src/commands/report/headline.ts';
import { journalFlags } from '../../../src/commands/report/journal-flags.ts';
import { openConnection, openTable } from '../../../src/commands/report/open-table.ts';
import { coloured, paintFor, plain } from '../../../src/commands/report/paint.ts';
import { Tally } from '../../../src/commands/report/tally.ts';
import { columnsOf } from '../../../src/commands/report/width.ts';
import { emptyTotals } from '../../../src/evidence/timeline.ts';
import { GAP, NOON, row, status, verdict } from './samples.ts';

beforeAll(() => {
  process.env.TZ = 'UTC';
});

const CLIENT_CLOSE = verdict({
  connection: 'goaway',
  closedBy: 'client',
  hop: 'client',
  cause: 'client-going-away',
  manner: 'close-frame',
  closeCode: 1001,
  certainty: 'certain',
  summary: 'The client went away.',
  idle: { clientMs: 3, serverMs: 200, anyMs: 3, longestNaturalGapMs: 4000 },
});
const EVERYTHING = readFilters({});

describe('the table of closed connections', () => {
  it('says who, how, why, how sure, idle, lifetime, frames each way, tap, and the sentence', () => {
    expect(closedTable([verdict(), CLIENT_CLOSE], 100, NOON, plain)).toEqual([
      'WHEN      WHO     HOW         WHY                 SURE       IDLE  LIFETIME  FRAMES C/S  TAP',
      '12:00:00  nginx   FIN         proxy-idle-timeout  likely   60.0 s    60.0 s         3/9  inner',
      '  k3f9x2m7q1p8d4ab  nginx ended the connection after 60.0 s without a byte, as its',
      '                    proxy_read_timeout of 60s would.',
      '12:00:00  client  Close 1001  client-going-away   certain    3 ms    60.0 s         3/9  inner',
      '  goaway  The client went away.',
    ]);
  });

  it.each([40, 60, 72, 80, 100, 200])('fits a terminal of %d columns and never loses who, how, why', (width) => {
    const long = verdict({
      hop: 'a-proxy-with-a-long-name',
      tap: 'a-tap-with-a-long-name',
      frames: { client: 1e7, server: 1e7 },
    });
    const lines = closedTable([verdict(), long, CLIENT_CLOSE], width, NOON, plain);
    for (const line of lines) expect(columnsOf(line)).toBeLessThanOrEqual(Math.max(width, 68));
    for (const title of ['WHO', 'HOW', 'WHY', 'SURE']) expect(lines[0]).toContain(title);
  });

  it('shows an escape sequence in a close reason as text', () => {
    const lines = closedTable([verdict({ summary: 'closed with "\x1b[2Jgone"' })], 100, NOON, plain);
    expect(lines.join('\n')).not.toContain('\x1b');
    expect(lines.join('\n')).toContain('\\x1b[2Jgone');
  });

  it('names what an upgrade was refused for', () => {
    const refused = verdict({ cause: 'upgrade-refused', refusal: 'origin', manner: 'refused' });
    expect(closedTable([refused], 120, NOON, plain)[1]).toContain('refused  upgrade-refused: origin');
  });
});

describe('the sentence that says it all', () => {
  it('counts by who and why, gives the timer, and is honest about certainty', () => {
    const tally = new Tally();
    for (const anyMs of [60_003, 60_120, 60_001]) tally.add(verdict({ idle: { ...verdict().idle, anyMs } }));
    tally.add(verdict({ cause: 'proxy-reload', certainty: 'possible' }));
    tally.add(CLIENT_CLOSE);
    const filters = readFilters({ since: '1h' });
    expect(headline(tally, { filters, countedSince: null, open: 2 })).toEqual([
      'In the last hour: 5 closed: 4 by nginx (3 × idle timeout at 60.0 s, 1 × reload), 1 by the client (1 × going away); 2 open.',
      'How sure: 1 certain, 3 likely, 1 only possible.',
    ]);
  });

  it('does not call different idle times one timer', () => {
    const tally = new Tally();
    for (const anyMs of [30_000, 60_000]) tally.add(verdict({ idle: { ...verdict().idle, anyMs } }));
    expect(tally.parties()).toBe('2 by nginx (2 × idle timeout at 30.0 s to 60.0 s)');
  });

  it('says how far back it has counted, and what it was asked for', () => {
    const tally = new Tally();
    tally.add(CLIENT_CLOSE);
    expect(headline(tally, { filters: EVERYTHING, countedSince: '11:00:00', open: 0 })[0]).toMatch(
      /^The latest 1 closed \(since 11:00:00\): /,
    );
    const filters = readFilters({ closedBy: 'client', since: '90m' });
    expect(headline(tally, { filters, countedSince: null, open: 0 })[0]).toMatch(
      /^In the last 90 minutes: 1 closed \(client only\): /,
    );
    expect(headline(new Tally(), { filters, countedSince: null, open: 0 })).toEqual([
      'In the last 90 minutes: nothing closed (client only); 0 open.',
    ]);
  });

  it('says what to do when there is nothing to say', () => {
    expect(nothingYet(0)[0]).toContain('hangup demo');
    expect(nothingYet(3)[0]).toContain('hangup report --open');
  });
});

describe('what a reader must know about the journal', () => {
  const says = (...args: Parameters<typeof journalFlags>) => journalFlags(...args).map((flag) => flag.says);

  it('is nothing while a gateway records all', () => {
    expect(says(status(), [], null, NOON)).toEqual([]);
  });

  it('is that recording stopped, and why', () => {
    const stopped = status({ recording: false, why: 'no space left', since: NOON - 60_000 });
    expect(says(stopped, [], null, NOON)).toEqual([
      'RECORDING STOPPED at 11:59:00: no space left. Traffic is still relayed.',
    ]);
  });

  it('is that no gateway runs, whether it ended, was killed or never was', () => {
    const ended = status({ recording: false, why: 'hangup has ended', alive: false, since: NOON });
    expect(says(ended, [], null, NOON)).toEqual(['No gateway is writing here now, since 12:00:00: hangup has ended.']);
    const killed = status({ alive: false, heartbeatAt: NOON - 90_000, heartbeatAgeMs: 90_000 });
    expect(says(killed, [], null, NOON)[0]).toBe(
      'No gateway is writing here now; the last sign of one was at 11:58:30 (90.0 s ago).',
    );
    expect(says(null, [], null, NOON)).toEqual(['No gateway has said that it writes here.']);
  });

  it('is that the gateway is stuck', () => {
    const stuck = status({ heartbeatAt: NOON - 30_000, heartbeatAgeMs: 30_000 });
    expect(says(stuck, [], null, NOON)[0]).toContain('(pid 4711) has been stuck since 11:59:30');
  });

  it('trusts a fresh heartbeat of a process that it cannot see', () => {
    expect(says(status({ alive: false }), [], null, NOON)).toEqual([]);
  });

  it('is that frames were dropped, in the time that was asked for', () => {
    expect(says(status(), [GAP, GAP], null, NOON)).toEqual([
      'Not everything was recorded 2 times, last from 11:58:00 to 11:59:00 (no space left): 24,690 frame records and 4 facts were dropped.',
    ]);
    expect(says(status(), [GAP], NOON - 30_000, NOON)).toEqual([]);
  });
});

describe('open connections', () => {
  const totals = emptyTotals(NOON - 10_000);
  totals.client.lastByteAt = NOON - 7000;
  totals.server.lastByteAt = NOON - 9000;
  totals.server.lastWriteAt = NOON - 6500;
  totals.client.frames = 4;
  totals.lastNaturalAt = NOON - 6500;
  const open = row({ closedAt: null, endedAt: null, openedAt: NOON - 10_000 });

  it('have the shape of a verdict, with null for what only the end can tell', () => {
    expect(openConnection(open, totals, NOON)).toEqual({
      ...verdict(),
      openedAt: new Date(NOON - 10_000).toISOString(),
      closedAt: null,
      lifetimeMs: 10_000,
      closedBy: null,
      hop: null,
      cause: null,
      manner: null,
      certainty: null,
      summary: 'Open for 10.0 s, idle for 6.5 s.',
      evidence: [],
      ruledOut: [],
      remedy: null,
      witness: null,
      idle: { clientMs: 7000, serverMs: 9000, anyMs: 6500, longestNaturalGapMs: 6500 },
      frames: { client: 4, server: 0 },
    });
  });

  it('are listed with the client as its proxy reported it', () => {
    const connection = openConnection(open, totals, NOON);
    expect(openTable([{ row: open, connection }], 100, NOON, plain)).toEqual([
      'OPENED       FOR   IDLE  FRAMES C/S  CLIENT        TAP',
      '11:59:50  10.0 s  6.5 s         4/0  198.51.100.7  inner',
      '  k3f9x2m7q1p8d4ab  /api/v4/websocket?connection_id=***',
    ]);
  });
});

describe('colours', () => {
  it('are for a terminal whose user has not asked for none', () => {
    expect(paintFor(true, { NO_COLOR: '' })).toBe(coloured);
    expect(paintFor(true, { NO_COLOR: '1' })).toBe(plain);
    expect(paintFor(true, { TERM: 'dumb' })).toBe(plain);
    expect(paintFor(false, {})).toBe(plain);
  });

  it('do not move the columns', () => {
    const stripped = closedTable([verdict()], 100, NOON, coloured).map((line) => stripVTControlCharacters(line));
    expect(stripped).toEqual(closedTable([verdict()], 100, NOON, plain));
  });
});

describe('the flags of report', () => {
  it.each([
    [{ closedBy: 'nginx' }, '--closed-by: no "nginx"; there are client, proxy, server, network, gateway, unknown'],
    [
      { closedBy: 'sever' },
      '--closed-by: no "sever" (did you mean server?); there are client, proxy, server, network, gateway, unknown',
    ],
    [
      { cause: 'idle' },
      expect.stringMatching(/^--cause: no "idle"; there are client-close, .*, upgrade-refused, unknown$/),
    ],
    [{ since: '1' }, '--since: "1" has no unit; did you mean 1s?'],
    [{ since: '0s' }, '--since: must be longer than nothing'],
    [{ open: true, cause: 'unknown' }, '--cause: is about closed connections; leave it out with --open'],
    [{ connection: 'x', since: '1h' }, '--connection: is about one connection; leave out --since'],
    [{ connection: 'x', open: true }, '--connection: is about one connection; leave out --open'],
  ])('%o is refused', (flags, message) => {
    expect(() => readFilters(flags)).toThrow(expect.objectContaining({ message }));
  });
});
