import { EDGE_CONFIG } from '../ask.ts';
import { header, type Reading } from '../reading.ts';
import { restoreUpgrade } from '../remedy.ts';
import type { Rule } from '../rule.ts';
import type { Evidence } from '../verdict.ts';
import { saw } from '../wording.ts';

/**
 * GROUND-TRUTH §8: the request still has its Sec-WebSocket-Key, which proxies pass on, but lost the hop-by-hop headers that
 * they take out. No WebSocket client leaves them out, but which hop took them one tap cannot see.
 */
export const refusedStripped: Rule = {
  id: 'refused-stripped',
  summary: 'an upgrade that lost Upgrade or Connection on its way was refused',
  causes: ['upgrade-refused'],
  judge(reading) {
    const { request, refusal } = reading;
    if (refusal?.kind !== 'upgrade-answer' || request === null || request.missing === null || refusal.own) return null;
    const neighbour = reading.neighbours.client;
    const lost =
      request.missing === 'both'
        ? 'its Upgrade and Connection headers'
        : request.missing === 'upgrade'
          ? 'its Upgrade header'
          : 'upgrade in its Connection header';
    return {
      closedBy: 'proxy',
      hop: neighbour.name,
      cause: 'upgrade-refused',
      refusal: request.missing === 'connection' ? 'missing-connection' : 'missing-upgrade',
      manner: 'refused',
      certainty: neighbour.proxied || proxyWrote(reading) ? 'likely' : 'possible',
      summary: `The WebSocket request had lost ${lost} when it arrived${neighbour.name === null ? '' : ` from ${neighbour.name}`}, so the server answered ${refusal.status}.`,
      evidence: evidence(reading),
      ruledOut: [
        {
          who: 'client',
          because: 'the request has its Sec-WebSocket-Key: a client that sends one sends Upgrade and Connection too',
        },
        {
          who: 'server',
          because: 'it cannot upgrade a request that does not ask for it; what its log says of CORS is not the reason',
        },
      ],
      remedy: restoreUpgrade(neighbour),
      witness: EDGE_CONFIG,
    };
  },
};

/** No WebSocket client asks to close the connection, or speaks HTTP/1.0. */
function proxyWrote({ request }: Reading): boolean {
  return header(request?.headers, 'connection')?.toLowerCase() === 'close' || request?.httpVersion === '1.0';
}

function evidence({ request }: Reading): Evidence[] {
  if (request === null) return [];
  const connection = header(request.headers, 'connection');
  return [
    saw(
      request.at,
      'client',
      `${request.method} over HTTP/${request.httpVersion} with Sec-WebSocket-Key, Connection: ${connection ?? 'absent'}, Upgrade: ${header(request.headers, 'upgrade') ?? 'absent'}`,
    ),
  ];
}
