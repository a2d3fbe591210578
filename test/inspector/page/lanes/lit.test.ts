import { describe, expect, it } from 'vitest';
import { castOf } from '../../../../src/inspector/page/lanes/lane-names.ts';
import { layoutLanes } from '../../../../src/inspector/page/lanes/layout.ts';
import type { Verdict } from '../../../../src/verdict/verdict.ts';
import { closeFrame, detail, fin, idleTimeout, opened, rst, type Told } from './details.ts';

const cast = (verdict: Partial<Verdict> | null, more: Told = {}) => {
  const of = detail({ facts: [...opened(-9), fin(0, 'client')], verdict, ...more });
  return castOf(of, 'client');
};

/** Which lane the lit band covers, by its name. */
function litLane(told: Told): string | null {
  const { lit, lanes } = layoutLanes(detail(told), 1200);
  if (lit === null) return null;
  return lanes.find(({ x }) => x > lit.x && x < lit.x + lit.width)?.name ?? 'between two lanes';
}

const facts = [...opened(-9), fin(0, 'client')];

describe('who is lit', () => {
  it.each([
    ['client', { closedBy: 'client' }],
    ['server', { closedBy: 'server' }],
    ['hangup', { closedBy: 'gateway' }],
    ['nginx', { closedBy: 'proxy', hop: 'nginx' }],
    ['haproxy', { closedBy: 'proxy', hop: 'haproxy' }],
    ['between two lanes', { closedBy: 'network' }],
  ] as const)('%s', (name, verdict) => {
    expect(litLane({ facts, behind: 'nginx', before: 'haproxy', verdict: { ...verdict, certainty: 'likely' } })).toBe(
      name,
    );
  });

  it('nobody, when nobody is known', () => {
    expect(litLane({ facts, verdict: { closedBy: 'unknown' } })).toBeNull();
  });

  it('nobody, while it is open', () => {
    expect(litLane({ facts: opened(-9) })).toBeNull();
  });

  it('the leg on which the network failed, beside the lane of hangup', () => {
    const { lit, lanes } = layoutLanes(detail({ facts: [rst(0, 'server')], verdict: { closedBy: 'network' } }), 1200);
    const x = (id: string) => lanes.find((lane) => lane.id === id)?.x ?? 0;
    expect(lit?.x).toBeGreaterThan(x('hangup'));
    expect((lit?.x ?? 0) + (lit?.width ?? 0)).toBeLessThan(x('server'));
    expect(lit?.head?.note).toContain('network');
  });

  it('is weak, and says possibly, where the verdict is no more than possible', () => {
    const lit = (certainty: Verdict['certainty']) =>
      layoutLanes(idleTimeout({ verdict: { closedBy: 'client', certainty } }), 1200).lit;
    expect(lit('possible')).toMatchObject({ weak: true, words: 'possibly closed it' });
    expect(lit('likely')).toMatchObject({ weak: false, words: 'likely closed it' });
    expect(lit('certain')).toMatchObject({ weak: false, words: 'closed it' });
  });

  it('is at fault, rather than the closer, where no WebSocket came about', () => {
    const of = detail({ facts: opened(-9), verdict: { closedBy: 'server', manner: 'refused', certainty: 'likely' } });
    expect(layoutLanes(of, 1200).lit?.words).toBe('likely at fault');
  });
});

describe('the lanes', () => {
  const names = ({ lanes }: ReturnType<typeof cast>) => lanes.map(({ name }) => name);

  it('are client, hangup and server, with the hops that were named between them', () => {
    expect(names(cast(null))).toEqual(['client', 'hangup', 'server']);
    expect(names(cast(null, { behind: 'nginx' }))).toEqual(['client', 'nginx', 'hangup', 'server']);
    expect(names(cast(null, { before: 'docker' }))).toEqual(['client', 'hangup', 'docker', 'server']);
  });

  it('call the server mattermost where it is one', () => {
    expect(names(cast({ closedBy: 'server', hop: 'mattermost' }))).toEqual(['client', 'hangup', 'mattermost']);
  });

  it('get one for a proxy that nobody declared, on the side that closed, and mark it so', () => {
    const of = detail({ facts: [closeFrame(0, 'server')], verdict: { closedBy: 'proxy', hop: 'caddy' } });
    const { lanes, culprit } = castOf(of, 'server');
    expect(lanes.map(({ name, inferred }) => [name, inferred])).toEqual([
      ['client', false],
      ['hangup', false],
      ['caddy', true],
      ['server', false],
    ]);
    expect(culprit).toEqual({ lane: 'before' });
  });

  it('know on which side a proxy of that name closed, when it stands on both', () => {
    const both = { behind: 'nginx', before: 'nginx', verdict: { closedBy: 'proxy', hop: 'nginx' } } as const;
    expect(castOf(detail({ ...both, facts: [fin(0, 'server')] }), 'server').culprit).toEqual({ lane: 'before' });
    expect(castOf(detail({ ...both, facts: [fin(0, 'client')] }), 'client').culprit).toEqual({ lane: 'behind' });
  });

  it('show a hostile name as text without its tricks', () => {
    expect(names(cast(null, { behind: 'ng\u202einx' }))[1]).toBe('ng\\u{202e}inx');
  });
});
