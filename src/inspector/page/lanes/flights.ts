import { otherSide, type Side } from '../../../evidence/fact.ts';
import type { Party, Verdict } from '../../../verdict/verdict.ts';
import type { Head, LaneId } from './geometry.ts';
import { type LaneName, neighbourOn } from './lane-names.ts';
import type { Moment } from './moment.ts';

/** From one lane to the next. `seen`: hangup saw it, or did it itself; otherwise it follows from what it saw. */
export interface Step {
  readonly from: LaneId;
  readonly to: LaneId;
  readonly seen: boolean;
}

export interface Flight {
  readonly steps: readonly Step[];
  readonly head: Head;
  readonly party: Party;
  readonly broken: boolean;
  /** The answer to the flight before it: it is drawn below that one. */
  readonly back: boolean;
}

/**
 * hangup sees its own two legs and nothing else. So whatever crosses is solid between its neighbours, and dotted between a
 * neighbour that is a proxy and the endpoint behind it: passed on, as proxies do. Of an end not even that is known: a
 * proxy may have made it, or kept it to itself.
 */
export function flightsOf(moment: Moment, lanes: readonly LaneName[], verdict: Verdict | null): Flight[] {
  const { kind, from, own } = moment;
  const route = routesOver(lanes);
  const flight = (steps: readonly Step[], head: Head, more: Partial<Flight> = {}): Flight => ({
    steps,
    head,
    party: partyOf(moment, lanes, verdict),
    broken: false,
    back: false,
    ...more,
  });
  if (from === 'hangup') {
    if (kind === 'answer') return [flight(route.to('client', true), 'frame')];
    if (kind !== 'own-close') return [];
    return BOTH.map((side) => flight(route.to(side, false), moment.dead === side ? 'rst' : 'fin'));
  }
  const other = otherSide(from);
  const through = [...route.from(from, true), ...route.to(other, true)];
  switch (kind) {
    case 'request':
      return [flight(moment.passedOn ? through : route.from(from, true), 'frame')];
    case 'answer':
    case 'frame':
      return [flight(through, 'frame')];
    case 'ping':
    case 'pong': {
      if (kind === 'pong') return [flight(own ? route.from(from, true) : through, 'pong')];
      const back = own ? route.from(other, true) : [...route.from(other, true), ...route.to(from, true)];
      const ping = flight(own ? route.to(other, true) : through, 'ping');
      return moment.answered ? [ping, flight(back, 'pong', { back: true })] : [ping];
    }
    case 'close': {
      const made = moment.first && madeByEndpoint(from, verdict);
      return [flight([...route.from(from, made), ...route.to(other, moment.first)], 'close')];
    }
    case 'fin':
    case 'rst': {
      const arrival = flight(route.from(from, moment.first && madeByEndpoint(from, verdict)), kind);
      return moment.passedOn ? [arrival, flight(inferred(route.to(other, false)), kind)] : [arrival];
    }
    case 'lost': {
      const unheard = flight(route.to(from, false), 'none', { broken: true });
      return moment.passedOn ? [unheard, flight(inferred(route.to(other, false)), 'rst')] : [unheard];
    }
    case 'failed':
      return [flight(route.to('server', false), 'none', { broken: true })];
    case 'pong-missed':
      return [flight(inferred(route.from(from, false)), 'none', { broken: true })];
    default:
      return [];
  }
}

const BOTH: readonly Side[] = ['client', 'server'];

const inferred = (steps: readonly Step[]): Step[] => steps.map((step) => ({ ...step, seen: false }));

/** Whether the endpoint itself, and not the proxy before it, is known well enough to have made this end. */
export const madeByEndpoint = (side: Side, verdict: Verdict | null): boolean =>
  verdict?.closedBy === side && verdict.certainty !== 'possible';

function routesOver(lanes: readonly LaneName[]) {
  return {
    /** @param far whether it is known to come from the endpoint */
    from: (side: Side, far: boolean): Step[] => {
      const near = neighbourOn(side, lanes);
      const beyond: Step[] = far && near !== side ? [{ from: side, to: near, seen: false }] : [];
      return [...beyond, { from: near, to: 'hangup', seen: true }];
    },
    /** @param far whether it is taken to reach the endpoint */
    to: (side: Side, far: boolean): Step[] => {
      const near = neighbourOn(side, lanes);
      const beyond: Step[] = far && near !== side ? [{ from: near, to: side, seen: false }] : [];
      return [{ from: 'hangup', to: near, seen: true }, ...beyond];
    },
  };
}

/** Whose colour it has: the culprit's for the first act, if that is more than possible; else that of whoever is seen to send. */
export function partyOf(moment: Moment, lanes: readonly LaneName[], verdict: Verdict | null): Party {
  const { kind, from, own, first } = moment;
  if (first && verdict !== null && verdict.certainty !== 'possible' && kind !== 'answer') return verdict.closedBy;
  if (own || from === 'hangup') return 'gateway';
  if (kind === 'lost') return 'network';
  if (kind === 'fin' || kind === 'rst' || kind === 'tls-fault')
    return neighbourOn(from, lanes) === from ? from : 'proxy';
  return from;
}
