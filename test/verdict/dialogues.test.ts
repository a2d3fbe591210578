import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CATALOGUE } from '../../src/verdict/catalogue.ts';
import { deliberate } from '../../src/verdict/judge.ts';
import { RULES } from '../../src/verdict/rules.ts';
import type { Certainty } from '../../src/verdict/verdict.ts';
import { type Dialogue, play } from './dialogue.ts';
import { CLIENT } from './scenarios/client.ts';
import { CLIENT_ABRUPT } from './scenarios/client-abrupt.ts';
import { NETWORK } from './scenarios/network.ts';
import { PROXY } from './scenarios/proxy.ts';
import { PROXY_LIFECYCLE } from './scenarios/proxy-lifecycle.ts';
import { PROXY_OTHER } from './scenarios/proxy-other.ts';
import { REFUSALS } from './scenarios/refusals.ts';
import { SERVER } from './scenarios/server.ts';
import { SERVER_ABRUPT } from './scenarios/server-abrupt.ts';

const ALL: readonly Dialogue[] = [
  ...CLIENT,
  ...CLIENT_ABRUPT,
  ...PROXY,
  ...PROXY_LIFECYCLE,
  ...PROXY_OTHER,
  ...SERVER,
  ...SERVER_ABRUPT,
  ...NETWORK,
  ...REFUSALS,
];
const RANK: Readonly<Record<Certainty, number>> = { certain: 2, likely: 1, possible: 0 };

describe.each([
  ['client', [...CLIENT, ...CLIENT_ABRUPT]],
  ['proxy', [...PROXY, ...PROXY_LIFECYCLE, ...PROXY_OTHER]],
  ['server', [...SERVER, ...SERVER_ABRUPT]],
  ['network, gateway and refusals', [...NETWORK, ...REFUSALS]],
])('the verdict on ends by the %s', (_, dialogues) => {
  it.each(dialogues.map((dialogue) => [dialogue.name, dialogue] as const))('%s', (_, { opening, steps, expected }) => {
    const { verdict, rule } = deliberate(play(opening, steps));
    const { witness, remedy, says, shows, ...plain } = expected;
    expect({ rule, ...pick(verdict, plain) }).toEqual(plain);
    if (witness !== undefined) expect(verdict.witness).toMatch(witness);
    if (remedy !== undefined) expect(verdict.remedy).toMatch(remedy);
    if (says !== undefined) expect(verdict.summary).toMatch(says);
    if (shows !== undefined) expect(verdict.evidence.map((line) => line.says).join('\n')).toMatch(shows);
    if (verdict.certainty === 'certain') expect(verdict.witness).toBeNull();
    else expect(verdict.witness).toMatch(/\w/);
    expect(verdict.evidence.map(({ at }) => at)).toEqual(verdict.evidence.map(({ at }) => at).toSorted());
    expect(verdict.summary).toMatch(/^\w.{20,300}\.$/);
  });
});

function pick(verdict: object, wanted: object): object {
  const keys = new Set(Object.keys(wanted));
  return Object.fromEntries(Object.entries(verdict).filter(([key]) => keys.has(key)));
}

describe('every rule', () => {
  const files = readdirSync(new URL('../../src/verdict/rules/', import.meta.url)).map((name) =>
    name.replace(/\.ts$/, ''),
  );

  it('stands in a file of its name, and in the list once', () => {
    expect(RULES.map(({ id }) => id).toSorted()).toEqual(files.toSorted());
  });

  it.each(files)('%s has a dialogue in which it speaks, and a look-alike that stays unsure', (id) => {
    const fires = ALL.filter(({ expected }) => expected.rule === id);
    expect(fires.length).toBeGreaterThan(0);
    const surest = Math.max(...fires.map(({ expected }) => RANK[expected.certainty]));
    const lookalikes = ALL.filter(({ lookalikeOf }) => lookalikeOf.includes(id));
    expect(lookalikes.length).toBeGreaterThan(0);
    for (const { name, expected } of lookalikes) {
      const asSure = expected.rule === id && RANK[expected.certainty] >= surest;
      expect(asSure, name).toBe(false);
    }
  });

  it.each(RULES.map((rule) => [rule.id, rule] as const))('%s names only causes that it announces', (id, rule) => {
    for (const { expected } of ALL.filter((dialogue) => dialogue.expected.rule === id))
      expect(rule.causes).toContain(expected.cause);
  });

  it.each(Object.entries(CATALOGUE))('the catalogue tells how sure %s can be', (cause, { reaches, closedBy }) => {
    const shown = ALL.filter(({ expected }) => expected.cause === cause);
    expect([...new Set(shown.map(({ expected }) => expected.certainty))].toSorted()).toEqual(reaches.toSorted());
    for (const { expected } of shown) if (closedBy !== null) expect(expected.closedBy).toBe(closedBy);
  });

  it('is never named as a look-alike by a wrong id', () => {
    expect(ALL.flatMap(({ lookalikeOf }) => lookalikeOf).filter((id) => !files.includes(id))).toEqual([]);
  });
});
