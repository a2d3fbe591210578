import type { TargetFailed } from '../../evidence/fact.ts';
import { DOCKER_EVENTS, whoActed } from '../ask.ts';
import type { Rule } from '../rule.ts';
import type { Certainty, Party, Refusal } from '../verdict.ts';

/** Errors of the way to the target, not of the target (GROUND-TRUTH §7, §8). */
const NETWORK: ReadonlySet<string> = new Set([
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EHOSTDOWN',
  'ENETDOWN',
  'ENOTFOUND',
  'EAI_AGAIN',
]);

/** The target could not be reached, or ended before it had answered: hangup told the client with a 502. */
export const refusedUnreachable: Rule = {
  id: 'refused-unreachable',
  summary: 'the target was not there for the upgrade',
  causes: ['upgrade-refused'],
  judge({ refusal, neighbours }) {
    if (refusal?.kind !== 'target-failed') return null;
    const neighbour = neighbours.server;
    const network = NETWORK.has(refusal.code);
    const party: Party = network ? 'network' : neighbour.proxied ? 'proxy' : 'server';
    const certainty: Certainty = refusal.stage === 'answer' ? 'likely' : 'certain';
    return {
      closedBy: party,
      hop: network ? null : (neighbour.name ?? 'server'),
      cause: 'upgrade-refused',
      refusal: refusalOf(refusal),
      manner: 'refused',
      certainty,
      summary: `${summaryOf(refusal)}, so the client got a 502 from hangup.`,
      evidence: [],
      ruledOut: [{ who: 'client', because: 'its request was whole and still waiting for the answer' }],
      remedy: remedyOf(refusal, network),
      witness: neighbour.proxied ? whoActed(neighbour) : DOCKER_EVENTS,
    };
  },
};

const refusalOf = ({ stage }: TargetFailed): Refusal => (stage === 'tls' ? 'protocol' : 'unreachable');

function summaryOf({ stage, code }: TargetFailed): string {
  if (stage === 'tls') return `TLS with the target failed (${code})`;
  if (stage === 'answer') return `The target ended the connection before it had answered the upgrade (${code})`;
  if (code === 'ECONNREFUSED') return 'Nothing listens at the target address (ECONNREFUSED)';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return `The target's name does not resolve (${code})`;
  return `The target could not be reached (${code})`;
}

function remedyOf({ stage }: TargetFailed, network: boolean): string {
  if (stage === 'tls')
    return 'check target=https://… against what the server speaks there; ca=FILE for a private certificate';
  if (network) return 'check the name and the route to the target (--target), from the machine hangup runs on';
  return 'start the server, or correct --target';
}
