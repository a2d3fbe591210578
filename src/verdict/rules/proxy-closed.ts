import { whoActed } from '../ask.ts';
import { called } from '../neighbour.ts';
import { abruptEnd, stalledMs } from '../reading.ts';
import type { Rule } from '../rule.ts';
import { duration, saw } from '../wording.ts';

/** Shorter stalls are hiccups; nginx's proxy_send_timeout of 4 s showed as 4.88 s (GROUND-TRUTH §1 l), in ms. */
const STALL_MS = 2000;

/** Ends that point to the proxy, its reason unknown. */
export const proxyClosed: Rule = {
  id: 'proxy-closed',
  summary: 'a proxy ended it for a reason that one tap cannot see',
  causes: ['proxy-closed'],
  judge(reading) {
    const { nextUrl } = reading;
    const client = reading.neighbours.client;
    // The client would have reported its own code: 1006 says that it was cut off (FIELD-NOTES §1, "Clients").
    if (abruptEnd(reading, 'client') !== null && client.proxied && nextUrl?.code === '1006') {
      return {
        closedBy: 'proxy',
        hop: client.name,
        cause: 'proxy-closed',
        certainty: 'possible',
        summary: `The client did not close by itself: it saw an abnormal end too, so ${called(client, 'client')} or the way to it ended the connection.`,
        evidence: [saw(nextUrl.at, 'client', 'the same client came back saying disconnect_err_code=1006')],
        ruledOut: [{ who: 'client', because: 'its next URL says that it saw an abnormal closure (1006)' }],
        remedy: null,
        witness: whoActed(client),
      };
    }
    const server = reading.neighbours.server;
    const stalled = stalledMs(reading, 'client');
    if (abruptEnd(reading, 'server') !== null && server.proxied && stalled >= STALL_MS) {
      return {
        closedBy: 'proxy',
        hop: server.name,
        cause: 'proxy-closed',
        certainty: 'possible',
        summary: `${called(server, 'server')} took no more bytes from the client, and then ended the connection: its send timeout, because the server behind it did not read.`,
        evidence: [
          saw(
            reading.at - stalled,
            'client',
            `from here on reading from the client was paused, because the server leg took no more bytes: ${duration(stalled)} until the end`,
          ),
        ],
        ruledOut: [{ who: 'client', because: 'no act of the client leg came before it' }],
        remedy: server.family === 'nginx' ? 'proxy_send_timeout 300s;   # the cure is a server that reads' : null,
        witness: whoActed(server),
      };
    }
    return null;
  },
};
