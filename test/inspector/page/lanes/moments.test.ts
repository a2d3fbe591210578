import { describe, expect, it } from 'vitest';
import { storyOf } from '../../../../src/inspector/page/lanes/moments.ts';
import {
  at,
  CLOSE,
  closeFrame,
  closing,
  detail,
  fin,
  idleTimeout,
  opened,
  ping,
  pong,
  refused,
  rst,
  text,
  view,
} from './details.ts';

const kinds = (told: Parameters<typeof detail>[0]): string[] => storyOf(detail(told)).moments.map(({ kind }) => kind);

describe('the story of the last moments', () => {
  it('tells facts and frames in one order of time', () => {
    const told = {
      facts: [...opened(-9), fin(0, 'client')],
      frames: [text(-2, 'server'), text(-5, 'client')],
      verdict: {},
    };
    expect(kinds(told)).toEqual(['request', 'answer', 'frame', 'frame', 'fin']);
  });

  it('counts time from the first closing act, not from the end of both legs', () => {
    const story = storyOf(detail({ facts: [...opened(-9), fin(-2, 'server'), fin(0, 'client')], verdict: {} }));
    expect(story.zero).toBe(at(-2));
    expect(story.actFrom).toBe('server');
    expect(story.moments[story.actIndex ?? -1]).toMatchObject({ kind: 'fin', from: 'server', first: true });
  });

  it('tells a Close frame once, though it is a fact and a frame', () => {
    const told = { facts: [...opened(-9), closeFrame(0, 'client')], frames: [closing(0.0004, 'client')], verdict: {} };
    expect(kinds(told)).toEqual(['request', 'answer', 'close']);
  });

  it('keeps a Close frame that has no fact of its own', () => {
    const told = {
      facts: [...opened(-9), closeFrame(0, 'client')],
      frames: [closing(0, 'client'), closing(1, 'server')],
    };
    expect(kinds({ ...told, verdict: {} })).toEqual(['request', 'answer', 'close', 'close']);
  });

  it('ends at now while a connection is open, with nobody first', () => {
    const story = storyOf(detail({ facts: opened(-90), frames: [text(-5, 'client')], seconds: -90 }));
    expect(story.actIndex).toBeNull();
    expect(story.zero).toBe(CLOSE);
    expect(story.moments.at(-1)).toMatchObject({ kind: 'now', at: CLOSE });
  });

  it('is never later than now, though the clock was read before the last frame came', () => {
    const { moments } = storyOf(detail({ frames: [text(0.02, 'client')] }));
    expect(moments.map(({ kind }) => kind)).toEqual(['frame', 'now']);
    expect(moments[1]?.at).toBe(at(0.02));
  });

  it('leaves out the ends of the sockets after a refusal: they mean nothing', () => {
    const facts = [...opened(-1).slice(0, 1), refused(0), fin(0.1, 'client')];
    expect(kinds({ facts, verdict: { manner: 'refused' } })).toEqual(['request', 'answer']);
    expect(storyOf(detail({ facts, verdict: {} })).actIndex).toBe(1);
  });

  it('says how many frames are too far back to be told', () => {
    const story = storyOf(idleTimeout());
    const unseen = story.moments.find(({ kind }) => kind === 'unseen');
    expect(unseen).toMatchObject({ frames: 1150, at: at(-843), until: at(-120) });
  });

  it('survives a connection of which nothing was kept', () => {
    expect(storyOf(detail({ verdict: {} }))).toMatchObject({ moments: [], actIndex: null, zero: CLOSE });
  });
});

describe('pings and pongs', () => {
  it('makes one line of a ping and its pong, with the round trip', () => {
    const { moments } = storyOf(detail({ frames: [ping(-10, 'server'), pong(-9.959, 'client')] }));
    expect(moments[0]).toMatchObject({ kind: 'ping', answered: true, until: at(-9.959), frames: 2 });
    expect(moments[0]?.says).toBe('ping from the server, pong after 41 ms');
    expect(moments).toHaveLength(2);
  });

  it("tells hangup's own pings apart, each leg with its own pong", () => {
    const frames = [
      ping(-10, 'server', true),
      ping(-9.9999, 'client', true),
      pong(-9.9995, 'server', true),
      pong(-9.96, 'client', true),
    ];
    const says = storyOf(detail({ frames })).moments.map((moment) => moment.says);
    expect(says).toEqual([
      "hangup's ping to the client, pong after 40 ms",
      "hangup's ping to the server, pong after 0.4 ms",
      'now, still open',
    ]);
  });

  it('keeps ping and pong apart when something else came between them: that order is evidence', () => {
    const told = { frames: [ping(-10, 'server'), text(-9.98, 'server'), pong(-9.96, 'client')] };
    expect(kinds(told)).toEqual(['ping', 'frame', 'pong', 'now']);
  });

  it('says that no pong came', () => {
    const frames = [ping(-100, 'server'), ping(-40, 'server')];
    const { moments } = storyOf(detail({ frames, facts: [fin(0, 'server')], verdict: {} }));
    expect(moments.map(({ says }) => says).slice(0, 2)).toEqual([
      'ping from the server, no pong',
      'ping from the server, no pong',
    ]);
  });

  it('does not take the pong of the next ping for that of a lost one', () => {
    const frames = [ping(-100, 'server'), ping(-40, 'server'), pong(-39.9, 'client')];
    const { moments } = storyOf(detail({ frames }));
    expect(moments[0]?.says).toBe('ping from the server, no pong yet');
    expect(moments[1]?.says).toContain('pong after');
  });
});

describe('what hangup passes on', () => {
  const passed = (facts: Parameters<typeof detail>[0]['facts']) =>
    storyOf(detail({ facts: facts ?? [], verdict: {} })).moments.map(({ kind, passedOn }) => [kind, passedOn]);

  it('passes on the first FIN, and not the answer to it', () => {
    expect(passed([fin(0, 'client'), fin(0.1, 'server')])).toEqual([
      ['fin', true],
      ['fin', false],
    ]);
  });

  it('passes on nothing once it has closed by itself', () => {
    const own = view({ kind: 'own-close', at: at(0), why: 'shutdown', side: null, says: 'stopping' });
    expect(passed([own, rst(0.1, 'client')])).toEqual([
      ['own-close', false],
      ['rst', false],
    ]);
  });

  it('did not pass on a request whose target it could not reach', () => {
    const [request] = opened(-1);
    const failed = view({ kind: 'target-failed', at: at(0), stage: 'connect', code: 'ECONNREFUSED', says: 'refused' });
    const late = view({ kind: 'target-failed', at: at(0), stage: 'answer', code: 'EOF', says: 'gone' });
    if (request === undefined) throw new Error('no request');
    expect(passed([request, failed])).toEqual([
      ['request', false],
      ['failed', false],
    ]);
    expect(passed([request, late])).toEqual([
      ['request', true],
      ['failed', false],
    ]);
  });
});
