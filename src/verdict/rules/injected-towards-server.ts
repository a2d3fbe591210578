import { whoActed } from '../ask.ts';
import { closeFrame } from '../reading.ts';
import { outliveReloads } from '../remedy.ts';
import type { Rule } from '../rule.ts';
import type { Certainty } from '../verdict.ts';
import { plural, saw } from '../wording.ts';

/**
 * Caddy's reload or stop writes Close 1001 itself, towards the server without the mask that RFC 6455 §5.3 demands of a
 * client; the server answers 1002 (GROUND-TRUTH §5, 12 of 12). A client masks every frame or none.
 */
export const injectedTowardsServer: Rule = {
  id: 'injected-towards-server',
  summary: 'an unmasked Close frame came first, from the client direction',
  causes: ['proxy-injected-close', 'client-close'],
  judge(reading) {
    const close = closeFrame(reading);
    if (close?.from !== 'client' || close.masked) return null;
    const neighbour = reading.neighbours.client;
    const earlier = reading.before.filter((frame) => frame.from === 'client' && !(frame.own && frame.opcode === 9));
    const masked = earlier.filter((frame) => frame.masked).length;
    if (masked < earlier.length) return neverMasked(earlier.length - masked, neighbour.proxied);
    const caddy = neighbour.family === 'caddy';
    return {
      closedBy: 'proxy',
      hop: neighbour.name,
      cause: 'proxy-injected-close',
      certainty: certaintyOf(masked, caddy, neighbour.proxied),
      summary: caddy
        ? 'Caddy was reloaded or stopped, and wrote a Close frame of its own into the connection.'
        : `${neighbour.name ?? 'Something in the path'} wrote a Close frame of its own into the connection: it bears no mask, so it is not the client's.`,
      evidence:
        masked > 0
          ? [
              saw(
                close.at,
                'client',
                `${plural(masked, 'frame')} before it ${masked === 1 ? 'was' : 'were'} masked as a client's must be; this one is not`,
              ),
            ]
          : [],
      ruledOut: [
        { who: 'client', because: 'a client masks every frame (RFC 6455 §5.3); this Close frame is unmasked' },
        { who: 'server', because: 'the frame came from the client direction, before any act of the server leg' },
      ],
      remedy: outliveReloads(neighbour),
      witness: whoActed(neighbour),
    };

    function neverMasked(count: number, proxied: boolean): ReturnType<Rule['judge']> {
      return {
        closedBy: 'client',
        hop: 'client',
        cause: 'client-close',
        certainty: 'possible',
        summary:
          'A Close frame without a mask came from the client direction; this client never masked its frames, so it may be its own.',
        evidence: [saw(reading.at, 'client', `${plural(count, 'frame')} of this client before it bore no mask either`)],
        ruledOut: [{ who: 'server', because: 'the client direction acted first' }],
        remedy: null,
        witness: proxied ? whoActed(neighbour) : "the client's own log",
      };
    }
  },
};

/** Conclusive only where the client has shown that it masks and the neighbour is known to do exactly this. */
function certaintyOf(masked: number, caddy: boolean, proxied: boolean): Certainty {
  if (masked > 0 && caddy) return 'certain';
  return masked > 0 || caddy ? 'likely' : proxied ? 'likely' : 'possible';
}
