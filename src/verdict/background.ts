import { otherSide, type Side } from '../evidence/fact.ts';
import { GAP_THRESHOLDS_MS } from '../evidence/timeline.ts';
import { closeCodeName } from '../wire/close-codes.ts';
import type { ActFact, Reading } from './reading.ts';
import type { Evidence } from './verdict.ts';
import { duration, plural, saw } from './wording.ts';

/** The evidence that every verdict shows, whatever rule made it: the last bytes, the pings, the closing act and its answer. */
export function background(reading: Reading): Evidence[] {
  const lines = [...lastBytes(reading), ...healedGaps(reading), ...missedPongs(reading)];
  if (reading.act !== null) lines.push(...actLines(reading, reading.act));
  if (reading.refusal?.kind === 'target-failed') {
    lines.push(saw(reading.refusal.at, 'server', `${reading.refusal.code}: ${reading.refusal.says}`));
  }
  return lines;
}

function lastBytes(reading: Reading): Evidence[] {
  const lines: Evidence[] = [];
  if (!reading.upgraded || reading.act === null) return lines;
  for (const side of ['client', 'server'] as const) {
    const ms = reading.legs[side].sinceByteMs;
    lines.push(
      ms === null
        ? saw(reading.upgradedAt, side, `no byte ever came from the ${side} after the upgrade`)
        : saw(reading.at - ms, side, `last byte from the ${side}, ${duration(ms)} before the end`),
    );
  }
  return lines;
}

/** How often hangup's own pings kept a timer from firing: the longest threshold that the natural gaps reached. */
function healedGaps({ timeline, at }: Reading): Evidence[] {
  const { gaps, client, server } = timeline.totals;
  if (client.ownPings + server.ownPings === 0) return [];
  const sixty = GAP_THRESHOLDS_MS.indexOf(60_000);
  const index = (gaps[sixty] ?? 0) > 0 ? sixty : gaps.findLastIndex((count) => count > 0);
  const count = gaps[index] ?? 0;
  const threshold = GAP_THRESHOLDS_MS[index];
  if (count === 0 || threshold === undefined) return [];
  return [
    saw(
      at,
      'hangup',
      `without hangup's pings a ${threshold / 1000} s timer would have cut this ${count === 1 ? 'once' : `${count} times`}`,
    ),
  ];
}

function missedPongs({ legs, at }: Reading): Evidence[] {
  return (['client', 'server'] as const)
    .filter((side) => legs[side].totals.missedPongs > 0)
    .map((side) =>
      saw(
        at,
        side,
        `${plural(legs[side].totals.missedPongs, 'ping')} of hangup's own in a row had no answer from the ${side}`,
      ),
    );
}

function actLines(reading: Reading, act: ActFact): Evidence[] {
  if (act.kind === 'own-close') return [saw(act.at, 'hangup', `hangup closed: ${act.says || act.why}`)];
  const lines = [saw(act.at, act.from, `${describe(act)}: the first act on this connection`)];
  const other = otherSide(act.from);
  const answer = reading.timeline.facts.find((fact) => isEndOf(fact, other) && fact.at >= act.at);
  if (answer !== undefined)
    lines.push(
      saw(
        answer.at,
        other,
        `the ${other} side ended ${duration(answer.at - act.at)} later, which is no evidence any more`,
      ),
    );
  return lines;
}

function isEndOf(fact: Reading['timeline']['facts'][number], side: Side): boolean {
  return (
    (fact.kind === 'close-frame' || fact.kind === 'fin' || fact.kind === 'rst' || fact.kind === 'lost') &&
    fact.from === side
  );
}

function describe(act: Exclude<ActFact, { kind: 'own-close' }>): string {
  switch (act.kind) {
    case 'close-frame': {
      const code = act.code === null ? 'with no code' : `${act.code} (${closeCodeName(act.code)})`;
      return `Close frame ${code}, ${act.masked ? 'masked' : 'unmasked'}`;
    }
    case 'fin':
      return `FIN without a Close frame${act.closeNotify === false ? ', TLS without close_notify' : act.closeNotify === true ? ', TLS with close_notify' : ''}`;
    case 'rst':
      return `reset (${act.errno})`;
    case 'lost':
      return `TCP gave up (${act.errno})`;
    case 'tls-fault':
      return `TLS fault ${act.code}: ${act.says}`;
  }
}
