import { describe, expect, it } from 'vitest';
import type { Fact, UpgradeAnswered, UpgradeRequested } from '../../../src/evidence/fact.ts';
import type { Journal } from '../../../src/evidence/journal.ts';
import { type TapInfo, type Timeline, TimelineRecorder } from '../../../src/evidence/timeline.ts';
import type { ConnectionDetail } from '../../../src/inspector/api.ts';
import { judge } from '../../../src/verdict/judge.ts';
import { head, newFolder, openJournal, SERVER_TEXT, T0 } from '../../evidence/journal-kit.ts';
import { openArchive } from './archive-kit.ts';

const REQUEST: UpgradeRequested = {
  kind: 'upgrade-request',
  at: T0,
  method: 'GET',
  url: '/api/v4/websocket',
  httpVersion: '1.1',
  headers: [
    ['Host', 'chat.example.com'],
    ['Cookie', 'MMAUTHTOKEN=***'],
  ],
  peer: '10.0.0.7:51234',
  headBytes: 0,
  missing: null,
};
const ANSWER: UpgradeAnswered = {
  kind: 'upgrade-answer',
  at: T0 + 2,
  status: 101,
  reason: 'Switching Protocols',
  httpVersion: '1.1',
  headers: [['Upgrade', 'websocket']],
  headBytes: 0,
  body: null,
  own: false,
};
const fin = (at: number): Fact => ({ kind: 'fin', at, from: 'client', closeNotify: null, insideFrame: null });
const close = (reason: string): Fact => {
  return { kind: 'close-frame', at: T0 + 700, from: 'client', code: 4000, reason, masked: true, echo: false };
};

interface Story {
  readonly tap?: Partial<TapInfo>;
  readonly url?: string;
  readonly forwardedFor?: string | null;
  readonly facts?: readonly Fact[];
  readonly frames?: number;
  readonly open?: boolean;
}

/** Records a connection as the gateway and the court would. */
function record(journal: Journal, id: string, story: Story): Timeline {
  const { tap = {}, url = '/api/v4/websocket', facts = [REQUEST, ANSWER, fin(T0 + 700)], frames = 0 } = story;
  const own = { ...head(id), url, tap: { name: 'inner', behind: 'nginx', before: null, ...tap } };
  const { forwardedFor = '203.0.113.9' } = story;
  const number = journal.opened(own, { peer: '10.0.0.7:51234', forwardedFor, userAgent: null });
  const recorder = new TimelineRecorder(own);
  for (const [n, fact] of facts.entries()) {
    recorder.add(fact);
    journal.fact(number, n, fact);
  }
  for (let i = 0; i < frames; i++) {
    recorder.frame(T0 + 10 + i, SERVER_TEXT, i);
    journal.frame(number, T0 + 10 + i, SERVER_TEXT, i, null);
  }
  const timeline = recorder.snapshot(() => null);
  if (story.open === true) return timeline;
  const verdict = judge(timeline);
  const { closedBy, cause, certainty, hop, refusal, lifetimeMs } = verdict;
  const columns = { closedBy, cause, certainty, hop, refusal, idleMs: verdict.idle.anyMs, lifetimeMs, together: null };
  journal.ended(number, T0 + 800, timeline.totals);
  journal.verdict(number, { ...columns, closedAt: Date.parse(verdict.closedAt ?? ''), json: JSON.stringify(verdict) });
  return timeline;
}

async function detailOf(story: Story): Promise<ConnectionDetail> {
  const folder = newFolder();
  const { journal } = await openJournal(folder);
  record(journal, 'one', story);
  await journal.flushed();
  const detail = await openArchive(folder).connection('one');
  if (detail === null) throw new Error('no such connection');
  return detail;
}

describe('one connection', () => {
  it('has its facts in words, its upgrade, and its last frames with their places', async () => {
    const detail = await detailOf({ frames: 200 });
    expect(detail.facts).toEqual([
      { ...REQUEST, where: 'client', says: 'upgrade request from 10.0.0.7:51234', ending: false },
      { ...ANSWER, where: 'server', says: 'answer 101 Switching Protocols', ending: false },
      { ...fin(T0 + 700), where: 'client', says: 'FIN', ending: true },
    ]);
    expect(detail.upgrade).toEqual({ request: REQUEST, sent: REQUEST.headers, answer: ANSWER });
    expect(detail.recordedFrames).toBe(200);
    expect(detail.lastFrames).toHaveLength(64);
    expect(detail.lastFrames.map(({ index }) => index)).toEqual(Array.from({ length: 64 }, (_, i) => 136 + i));
    expect(detail.droppedFacts).toBe(0);
    expect(detail.notes).toEqual([]);
    expect(detail.verdict?.connection).toBe('one');
  });

  it('that is open has all of it but a verdict', async () => {
    const detail = await detailOf({ frames: 3, open: true, facts: [REQUEST, ANSWER] });
    expect(detail).toMatchObject({ state: 'open', verdict: null, serverLog: null, recordedFrames: 3 });
    expect(detail.facts).toHaveLength(2);
    expect(detail.lastFrames.map(({ index }) => index)).toEqual([0, 1, 2]);
  });

  it('that does not exist is none', async () => {
    const folder = newFolder();
    await openJournal(folder);
    expect(await openArchive(folder).connection('none')).toBeNull();
  });

  it('tells what went to the server: nothing, where nothing could', async () => {
    const refused = { ...ANSWER, status: 502, own: true };
    expect((await detailOf({ facts: [REQUEST, refused] })).upgrade.sent).toBeNull();
    const failed: Fact = { kind: 'target-failed', at: T0 + 1, stage: 'connect', code: 'ECONNREFUSED', says: 'refused' };
    expect((await detailOf({ facts: [REQUEST, failed] })).upgrade.sent).toBeNull();
    const sent = [['X-Forwarded-For', '198.51.100.7']] as const;
    const appended: Fact = { ...REQUEST, sent };
    expect((await detailOf({ facts: [appended, ANSWER, fin(T0 + 700)] })).upgrade.sent).toEqual(sent);
  });

  it('has the line of Mattermost’s log, with the client’s own words made harmless', async () => {
    const closed = await detailOf({ facts: [REQUEST, ANSWER, close('bye \u202e\n')] });
    expect(closed.serverLog?.line).toBe(
      'websocket.NextReader: closing websocket error="websocket: close 4000: bye \\u{202e}\\n"',
    );
    expect((await detailOf({ url: '/other' })).serverLog).toBeNull();
  });

  it('stays bounded, however many facts there are', async () => {
    const pauses = Array.from({ length: 500 }, (_, i): Fact => ({ kind: 'pause', at: T0 + 3 + i, from: 'client' }));
    const detail = await detailOf({ facts: [REQUEST, ANSWER, ...pauses, fin(T0 + 700)] });
    expect(detail.facts.length).toBeLessThan(150);
    expect(detail.droppedFacts).toBe(503 - detail.facts.length);
    expect(detail.facts.at(-1)?.kind).toBe('fin');
    expect(detail.notes).toEqual([`${detail.droppedFacts} facts from its middle are not shown.`]);
  });
});

describe('the timers to draw into its silences', () => {
  it.each<[string, Story, string[]]>([
    [
      'nginx’s and Mattermost’s',
      {},
      [
        '5000 Mattermost authentication',
        '60000 nginx proxy_read_timeout (default)',
        "90000 nginx proxy_read_timeout (Mattermost's recommended)",
        '100000 Mattermost pong deadline',
      ],
    ],
    [
      'the declared one first of its length',
      { tap: { behind: 'nginx-2', idleMs: 60_000 }, url: '/other' },
      ['60000 nginx-2 (declared), nginx', "90000 nginx proxy_read_timeout (Mattermost's recommended)"],
    ],
    [
      'of the neighbour on the server’s side',
      { tap: { behind: null, before: 'heroku' }, url: '/x' },
      ['55000 Heroku router'],
    ],
    ['none where nobody stands between', { tap: { behind: null }, url: '/x' }, []],
  ])('%s', async (_, story, marks) => {
    const { timers } = await detailOf(story);
    expect(timers.map(({ ms, label }) => `${ms} ${label}`)).toEqual(marks);
  });

  it('any that is known, behind a proxy that nobody named', async () => {
    const headers = [['X-Forwarded-For', '198.51.100.7']] as const;
    const { timers } = await detailOf({
      tap: { behind: null },
      url: '/x',
      facts: [{ ...REQUEST, headers }, ANSWER, fin(T0 + 700)],
    });
    expect(timers).toContainEqual({ ms: 60_000, label: 'nginx, AWS ALB, Apache default' });
    expect(timers).toContainEqual({ ms: 100_000, label: 'Cloudflare' });
  });
});

it('a proxy that does not report its clients is told of', async () => {
  const { notes } = await detailOf({ forwardedFor: null });
  expect(notes).toEqual([expect.stringContaining('X-Forwarded-For')]);
});
