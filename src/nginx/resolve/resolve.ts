import type { NginxVersion } from '../version.ts';
import { asBytes } from './bytes.ts';
import { type Chosen, chooseServer, type ServerChoice } from './choose-server.ts';
import { keptHeaders } from './client-headers.ts';
import { effectiveAt } from './effective.ts';
import { Phases } from './phases.ts';
import { RequestState } from './state.ts';
import { positionOf } from './tree.ts';
import type { Effective, HttpModel, HttpRequest, Outcome, Resolution, Server, Step } from './types.ts';
import { readTarget } from './uri.ts';

/**
 * What nginx would do with a request: the server, the location, what is in force there, and what becomes of the request.
 * @param version null where nobody named it: what depends on it is then unknown
 */
export function resolve(http: HttpModel, request: HttpRequest, version: NginxVersion | null): Resolution {
  const chosen = chooseServer(http, request);
  const { choice } = chosen;
  if (choice === null) return undecided(http, request, version, chosen);
  const at = (server: Server): Effective => effectiveOf(http, server, version);
  // TLS names the server before the request line comes; else it is read as the address's first server wants it.
  const reader = request.scheme === 'https' ? choice.server : choice.first;
  const line = readTarget(asBytes(request.target), at(reader).flag('merge_slashes'));
  if (line === null) return notAPath(request, choice, chosen.steps, at(choice.server));
  const headers = keptHeaders(request, at(choice.server));
  const state = new RequestState(http, request, version, choice, line, headers);
  state.steps.push(...chosen.steps);
  const phases = new Phases(state);
  const outcome = outcomeOf(request, choice, phases);
  return {
    request,
    server: choice.server,
    listen: choice.listen,
    steps: state.steps,
    location: phases.location,
    ifs: state.ifs,
    otherIfs: state.otherIfs,
    outcome,
    effective: phases.effective,
  };
}

function effectiveOf(http: HttpModel, server: Server, version: NginxVersion | null): Effective {
  const scope = http.block === null ? [server.directive] : [http.block, server.directive];
  return effectiveAt(scope, version, http.top);
}

/** nginx's own for plain HTTP on a TLS port; error_page can catch it. */
const TO_HTTPS = 497;

/** A client that speaks TLS where nginx does not, or the other way round, gets no further than that. */
function outcomeOf({ scheme, port }: HttpRequest, { listen, server }: ServerChoice, phases: Phases): Outcome {
  const by = listen.directive ?? server.directive;
  if (scheme === 'https' && !listen.ssl) {
    return { kind: 'unknown', because: `port ${port} is not a TLS one: no handshake comes about`, at: positionOf(by) };
  }
  return scheme === 'http' && listen.ssl ? phases.refuse(TO_HTTPS, by) : phases.run();
}

function notAPath(
  request: HttpRequest,
  { server, listen }: ServerChoice,
  chosen: readonly Step[],
  effective: Effective,
): Resolution {
  const by = server.directive;
  const steps = [...chosen, { says: 'nginx does not take this for a path: 400', at: positionOf(by) }];
  const outcome: Outcome = { kind: 'answer', status: 400, to: null, by };
  return { request, server, listen, steps, location: null, ifs: [], otherIfs: [], outcome, effective };
}

function undecided(
  http: HttpModel,
  request: HttpRequest,
  version: NginxVersion | null,
  { steps, unknown }: Chosen,
): Resolution {
  const { says, at } = unknown ?? { says: 'which server answers cannot be told', at: null };
  return {
    request,
    server: null,
    listen: null,
    steps,
    location: null,
    ifs: [],
    otherIfs: [],
    outcome: { kind: 'unknown', because: says, at },
    effective: effectiveAt(http.block === null ? [] : [http.block], version, http.top),
  };
}
