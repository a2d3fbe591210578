import { describe, expect, it } from 'vitest';
import { happened, lanesSentence, leftOut } from '../../../../src/inspector/page/lanes/happened.ts';
import { foldPhrase, timePhrase } from '../../../../src/inspector/page/lanes/phrases.ts';
import { detail, fin, idleTimeout, opened, text } from './details.ts';

describe('the picture in words', () => {
  it('is one sentence: who stands on the path, and the verdict', () => {
    const summary = 'nginx closed the connection after 60.003 s without a byte.';
    const of = idleTimeout({ verdict: { closedBy: 'proxy', hop: 'nginx', summary } });
    expect(lanesSentence(of)).toBe(`Last moments between client, nginx, hangup, server. ${summary}`);
  });

  it('names nobody while it is open', () => {
    const of = detail({ facts: opened(-90), frames: [text(-12, 'client')] });
    expect(lanesSentence(of)).toBe(
      'Last moments between client, hangup, server: still open, quiet for 12.0 s; 1 frame shown.',
    );
  });

  it('lists every fact and every frame in order, with the ends marked', () => {
    const list = happened(
      detail({ facts: [...opened(-9), fin(0, 'client')], frames: [text(-2, 'server')], verdict: {} }),
    );
    expect(list.map(({ time, where, says, ending }) => `${time} ${where} ${says}${ending ? ' !' : ''}`)).toEqual([
      '-9.000 s client upgrade request from 172.18.0.9:51822',
      '-9.000 s server answer 101 Switching Protocols',
      '-2.000 s server posted, 1.21 kB',
      '+0.000 s client FIN !',
    ]);
  });

  it('says what the list leaves out', () => {
    expect(leftOut(idleTimeout({ droppedFacts: 12 }))).toBe(
      'Not in this list: 1,150 earlier frames and 12 facts in the middle.',
    );
    expect(leftOut(detail({}))).toBeNull();
  });
});

describe('phrases', () => {
  it('drops the milliseconds of what is long past', () => {
    expect(timePhrase(0, 60_003)).toBe('-60.003 s');
    expect(timePhrase(0, 8_040_000)).toBe('-2 h 14 m');
    expect(timePhrase(2500, 0)).toBe('+2.500 s');
  });

  it('counts what is folded', () => {
    expect(foldPhrase(214, 0, 3200)).toBe('214 frames in 3.2 s');
    expect(foldPhrase(1, 1, 20)).toBe('1 frame and 1 fact in 20 ms');
  });
});
