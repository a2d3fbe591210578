import type { OwnReason } from '../../evidence/fact.ts';
import type { Rule } from '../rule.ts';
import type { Cause } from '../verdict.ts';

const CAUSE: Readonly<Record<OwnReason, Cause>> = {
  shutdown: 'gateway-shutdown',
  killed: 'gateway-shutdown',
  'dead-peer': 'gateway-dead-peer',
  limit: 'gateway-limit',
};

/** Promise 7: hangup's own closings are recorded as its own, before it acts. */
export const gatewayOwnClose: Rule = {
  id: 'gateway-own-close',
  summary: 'hangup itself acted first',
  causes: ['gateway-shutdown', 'gateway-dead-peer', 'gateway-limit'],
  judge({ act }) {
    if (act?.kind !== 'own-close') return null;
    const killed = act.why === 'killed';
    return {
      closedBy: 'gateway',
      hop: 'hangup',
      cause: CAUSE[act.why],
      // A close in the last 250 ms before a kill -9 may have been lost with the journal's last batch.
      certainty: killed ? 'likely' : 'certain',
      summary: summaryOf(act.why, act.side),
      evidence: [],
      ruledOut: killed
        ? []
        : [{ who: 'everyone else', because: 'hangup recorded its own decision before either leg had done anything' }],
      remedy: remedyOf(act.why),
      witness: "the other ends' logs: a close in the last 250 ms before the kill may not have reached the journal",
      manner: act.why === 'dead-peer' ? 'silence' : 'fin',
    };
  },
};

function summaryOf(why: OwnReason, side: string | null): string {
  switch (why) {
    case 'shutdown':
      return 'hangup was shut down and closed this connection itself.';
    case 'killed':
      return 'hangup was killed while this connection was open, and took it down.';
    case 'dead-peer':
      return `hangup closed this connection because the ${side ?? 'far'} side no longer answered its pings (--dead-after).`;
    case 'limit':
      return 'hangup closed this connection because one of its limits was reached.';
  }
}

function remedyOf(why: OwnReason): string | null {
  if (why === 'dead-peer') return 'leave --dead-after off (the default) if silent peers must be kept';
  if (why === 'killed')
    return 'look for who killed hangup: the out-of-memory killer, a container stop that did not wait 10 s, kill -9';
  return null;
}
