import type { Side } from '../evidence/fact.ts';
import { EQUAL_IDLE_MS } from '../verdict/known-timers.ts';
import type { Cause, Certainty, Party, Refusal } from '../verdict/verdict.ts';
import { causeWords } from './codes.ts';
import { harmless } from './harmless.ts';
import { idleAdvice } from './idle-advice.ts';
import { ACTORS, ADVICE, HOW, REFUSED, roundLength } from './situation-phrases.ts';
import { clock, grouped, span } from './times.ts';

/** Connections that ended alike (CloseGroup of the API). */
export interface EndedAlike {
  readonly closedBy: Party;
  readonly hop: string | null;
  readonly cause: Cause;
  readonly certainty: Certainty;
  readonly count: number;
  /** Shortest and longest silence before the end, in ms. */
  readonly idleMs: readonly [shortest: number, longest: number] | null;
  readonly refusal?: Refusal;
  /** The one further witness that would make them surer. */
  readonly witness?: string;
}

/** What the sentence is about. Times in ms since the epoch. */
export interface SituationFacts {
  /** The closed connections. */
  readonly groups: readonly EndedAlike[];
  /** Open now. */
  readonly open: number;
  readonly now: number;
  /** Closed at or after, and before; null: as far back as the journal goes, and up to now. */
  readonly since: number | null;
  readonly until: number | null;
  /** hangup's own ping interval now. */
  readonly keepaliveMs: Readonly<Record<Side, number | null>>;
  /** Whether they were chosen by more than time and tap: then the sentence speaks of such connections, not of all. */
  readonly narrowed?: boolean;
  /** Silences of 60 s and more on the open connections that hangup's pings bridged. */
  readonly naturalGaps: number;
}

export interface Situation {
  /** One sentence. */
  readonly says: string;
  /** What to make of it, or to do; null: nothing. */
  readonly advice: string | null;
}

/** Parties named in one sentence. */
const MOST_NAMED = 3;
const SIXTY_S = 60_000;

/**
 * The situation in one sentence, never surer than the verdicts it counts: what is only possible is never told as a fact.
 * Text of strangers is harmless in it.
 */
export function situation(facts: SituationFacts): Situation {
  const refused = facts.groups.filter(({ cause }) => cause === 'upgrade-refused');
  const ended = facts.groups.filter(({ cause }) => cause !== 'upgrade-refused');
  const suffered = ended.filter((group) => !isClientsOwn(group));
  if (facts.groups.length === 0) return nothing(facts);
  if (countOf(refused) > countOf(suffered)) return refusals(facts, refused, ended);
  const { says, advice } = closes(facts, ended, suffered);
  const also = refused.length === 0 ? '' : `; ${plural(countOf(refused), 'upgrade')} came to nothing`;
  return { says: `${says}${also}.`, advice };
}

/** Without the full stop. */
function closes(facts: SituationFacts, ended: readonly EndedAlike[], suffered: readonly EndedAlike[]): Situation {
  if (suffered.length === 0) return quiet(facts, ended);
  const unsure = suffered.filter(isUnsure);
  if (countOf(unsure) * 2 > countOf(suffered)) return mostlyUnsure(facts, ended, suffered, unsure);
  const [first] = byActor(suffered.filter((group) => !isUnsure(group)));
  if (first === undefined) return mostlyUnsure(facts, ended, suffered, unsure);
  return countOf(first) * 2 > countOf(suffered)
    ? oneActor(facts, ended, suffered, first)
    : mixed(facts, ended, suffered);
}

function nothing(facts: SituationFacts): Situation {
  const { open, since, until, narrowed = false } = facts;
  if (open === 0 && since === null && until === null && !narrowed) {
    return {
      says: 'No connection has been recorded yet.',
      advice: 'Point clients, or the proxy before this tap, at it: a connection shows here as soon as it opens.',
    };
  }
  const closed = `${period(facts)} ${narrowed ? 'no such connection' : 'nothing'} has closed`;
  if (open === 0) return { says: `${closed}, and nothing is open.`, advice: null };
  return { says: `${closed}; ${plural(open, 'connection is', 'connections are')} open.`, advice: healed(facts) };
}

function quiet(facts: SituationFacts, ended: readonly EndedAlike[]): Situation {
  const { narrowed = false } = facts;
  const count = countOf(ended);
  const such = narrowed ? 'such ' : '';
  const closed =
    count === 1
      ? `the one ${such}connection that closed was closed by its client`
      : `all ${grouped(count)} ${such}connections that closed were closed by their clients`;
  const unsure = ended.filter(isUnsure);
  if (unsure.length > 0) {
    const says = `${period(facts)} ${closed}, as far as can be told (${sureness(ended)})`;
    return { says, advice: settling(unsure) ?? healed(facts) };
  }
  // Of those that a filter leaves out nothing is known here.
  const nobody = narrowed ? ` (${sureness(ended)})` : ': nobody hung up on a client';
  return { says: `${period(facts)} ${closed}${nobody}`, advice: healed(facts) };
}

function oneActor(
  facts: SituationFacts,
  ended: readonly EndedAlike[],
  suffered: readonly EndedAlike[],
  groups: readonly EndedAlike[],
): Situation {
  const more = countOf(suffered.filter((group) => isUnsure(group) && nameOf(group) === nameOf(groups[0])));
  const possibly = more === 0 ? '' : `, and possibly ${grouped(more)} more`;
  const [cause = []] = largest(groups, ({ cause: of }) => of);
  const verb = groups[0]?.closedBy === 'network' ? 'lost' : 'closed';
  const what = share(countOf(groups), countOf(ended), facts.narrowed);
  const says = `${period(facts)} ${actor(groups)} ${verb} ${what}${someOf(cause, groups)} ${how(cause)} (${sureness(groups)})${possibly}`;
  return { says, advice: adviceFor(facts, cause) };
}

function mixed(facts: SituationFacts, ended: readonly EndedAlike[], suffered: readonly EndedAlike[]): Situation {
  const sure = byActor(suffered.filter((group) => !isUnsure(group)));
  const named = sure.slice(0, MOST_NAMED).map((groups) => {
    const [cause = []] = largest(groups, ({ cause: of }) => of);
    const mostly = countOf(cause) === countOf(groups) ? '' : 'mostly ';
    return `${grouped(countOf(groups))} by ${actor(groups)} (${mostly}${causeOf(cause)})`;
  });
  const others = countOf(sure.slice(MOST_NAMED).flat());
  const unsure = countOf(suffered.filter(isUnsure));
  const rest = [
    ...(others === 0 ? [] : [`${grouped(others)} by others`]),
    ...(unsure === 0 ? [] : [`${grouped(unsure)} unsure`]),
  ];
  const says = `${period(facts)} ${without(suffered, ended, facts.narrowed)}: ${[...named, ...rest].join(', ')} (${sureness(suffered)})`;
  return { says, advice: adviceFor(facts, largest(sure.flat(), ({ cause }) => cause)[0] ?? []) };
}

function mostlyUnsure(
  facts: SituationFacts,
  ended: readonly EndedAlike[],
  suffered: readonly EndedAlike[],
  unsure: readonly EndedAlike[],
): Situation {
  const [count, all] = [countOf(unsure), countOf(suffered)];
  const named = byActor(unsure.filter(({ closedBy }) => closedBy !== 'unknown'))
    .slice(0, MOST_NAMED)
    .map((groups) => (all === 1 ? actor(groups) : `${actor(groups)} (${grouped(countOf(groups))})`));
  const who = `it is not sure who ended ${all === 1 ? 'it' : 'them'}`;
  const doubt = count === all ? who : `of ${grouped(count)} ${who}`;
  const possibly = named.length === 0 ? '' : `: possibly ${named.join(', ')}`;
  return {
    says: `${period(facts)} ${without(suffered, ended, facts.narrowed)}, and ${doubt}${possibly}`,
    advice: settling(unsure),
  };
}

/** The witness that would settle most of what is unsure. */
function settling(unsure: readonly EndedAlike[]): string | null {
  const asked = unsure.filter(({ witness }) => witness !== undefined);
  const [settled = []] = largest(asked, ({ witness }) => witness);
  const witness = settled[0]?.witness;
  if (witness === undefined) return null;
  const [count, all] = [countOf(settled), countOf(unsure)];
  const what =
    count === all ? (all === 1 ? 'it' : 'them') : count * 2 > all ? 'most of them' : `${grouped(count)} of them`;
  return `What would settle ${what}: ${harmless(witness)}.`;
}

function refusals(facts: SituationFacts, refused: readonly EndedAlike[], ended: readonly EndedAlike[]): Situation {
  const [alike = []] = largest(refused, ({ refusal }) => refusal);
  const refusal = alike[0]?.refusal;
  const why = refusal === undefined ? '' : `${someOf(alike, refused)} ${REFUSED[refusal].why}`;
  const were = `${plural(countOf(refused), 'upgrade')} ${countOf(refused) === 1 ? 'was' : 'were'} refused`;
  const byClients = ended.every((group) => isClientsOwn(group) && !isUnsure(group)) ? ', all by their clients' : '';
  const closed =
    ended.length === 0 ? 'nothing else closed' : `${plural(countOf(ended), 'connection')} closed${byClients}`;
  const says = `${period(facts)} ${were}${why} (${sureness(refused)}); ${closed}.`;
  return { says, advice: refusal === undefined ? null : REFUSED[refusal].advice };
}

/** `In the last 24 h`, `Since 05-12 14:03:00`, `From … to …`, `So far`. */
function period({ since, until, now }: SituationFacts): string {
  const upToNow = until === null || until >= now;
  if (since === null) return upToNow ? 'So far' : `Before ${clock(until, now)}`;
  if (!upToNow) return `From ${clock(since, now)} to ${clock(until, now)}`;
  return `In the last ${roundLength(now - since) ?? span(now - since)}`;
}

/** The client's own will, said as it should be. */
const isClientsOwn = ({ cause }: EndedAlike): boolean => cause === 'client-close' || cause === 'client-going-away';

const isUnsure = ({ certainty }: EndedAlike): boolean => certainty === 'possible';

const countOf = (groups: readonly EndedAlike[]): number => groups.reduce((sum, { count }) => sum + count, 0);

/** The groups by something they share, the largest sum first. */
const largest = <K>(groups: readonly EndedAlike[], of: (group: EndedAlike) => K): EndedAlike[][] =>
  [...Map.groupBy(groups, of).values()].sort((a, b) => countOf(b) - countOf(a));

const byActor = (groups: readonly EndedAlike[]): EndedAlike[][] => largest(groups, nameOf);

/** The hop's name where it says more than the party. */
function nameOf(group: Pick<EndedAlike, 'closedBy' | 'hop'> | undefined): string {
  if (group === undefined) return ACTORS.unknown;
  const { closedBy, hop } = group;
  if (hop === null || hop === closedBy || hop === 'hangup') return ACTORS[closedBy];
  return hop === 'mattermost' ? 'Mattermost' : harmless(hop);
}

function actor(groups: readonly EndedAlike[]): string {
  const name = nameOf(groups[0]);
  return name === ACTORS.client && countOf(groups) === 1 ? 'the client' : name;
}

const share = (count: number, of: number, narrowed = false): string => {
  const such = narrowed ? 'such ' : '';
  return of === 1 ? `the one ${such}connection that ended` : `${grouped(count)} of ${grouped(of)} ${such}connections`;
};

const without = (suffered: readonly EndedAlike[], ended: readonly EndedAlike[], narrowed = false): string => {
  const some = countOf(suffered) < countOf(ended) ? `${grouped(countOf(suffered))} of ` : '';
  const connections = plural(countOf(ended), narrowed ? 'such connection' : 'connection');
  return `${some}${connections} ended without a Close from the client`;
};

/** `, 38 of them`, or nothing where it is all of them. */
const someOf = (some: readonly EndedAlike[], all: readonly EndedAlike[]): string =>
  countOf(some) < countOf(all) ? `, ${grouped(countOf(some))} of them` : '';

function how(groups: readonly EndedAlike[]): string {
  const [first] = groups;
  const silence = silenceOf(groups);
  if (first?.cause === 'proxy-idle-timeout' && silence !== null) return `after ${silenceWords(silence)} of silence`;
  return HOW[first?.cause ?? 'unknown'];
}

function causeOf(groups: readonly EndedAlike[]): string {
  const cause = groups[0]?.cause ?? 'unknown';
  const silence = cause === 'proxy-idle-timeout' ? silenceOf(groups) : null;
  return `${causeWords(cause)}${silence === null ? '' : ` at ${silenceWords(silence)}`}`;
}

function silenceOf(groups: readonly EndedAlike[]): readonly [number, number] | null {
  const known = groups.map(({ idleMs }) => idleMs).filter((idleMs) => idleMs !== null);
  if (known.length === 0) return null;
  return [Math.min(...known.map(([shortest]) => shortest)), Math.max(...known.map(([, longest]) => longest))];
}

/** Silences this near to each other are one timer's. */
const silenceWords = ([shortest, longest]: readonly [number, number]): string =>
  longest - shortest <= EQUAL_IDLE_MS ? span((shortest + longest) / 2) : `${span(shortest)} to ${span(longest)}`;

/** `likely`, or `30 certain, 8 likely, 3 only possible`. */
function sureness(groups: readonly EndedAlike[]): string {
  const levels = (['certain', 'likely', 'possible'] as const)
    .map((level) => ({ level, count: countOf(groups.filter(({ certainty }) => certainty === level)) }))
    .filter(({ count }) => count > 0)
    .map(({ level, count }) => ({ words: level === 'possible' ? 'only possible' : level, count }));
  const [only] = levels;
  if (levels.length === 1 && only !== undefined) return only.words;
  return levels.map(({ words, count }) => `${grouped(count)} ${words}`).join(', ');
}

function adviceFor(facts: SituationFacts, groups: readonly EndedAlike[]): string | null {
  const [first] = groups;
  if (first === undefined) return null;
  return first.cause === 'proxy-idle-timeout'
    ? idleAdvice(first.hop, silenceOf(groups), facts.keepaliveMs)
    : ADVICE[first.cause];
}

/** What hangup's pings are good for, where they are. */
function healed({ naturalGaps }: SituationFacts): string | null {
  if (naturalGaps === 0) return null;
  return `hangup’s pings have bridged ${plural(naturalGaps, 'silence')} of ${SIXTY_S / 1000} s and more on the open connections: nginx’s default timer would have cut there.`;
}

const plural = (count: number, one: string, many = `${one}s`): string =>
  `${grouped(count)} ${count === 1 ? one : many}`;
