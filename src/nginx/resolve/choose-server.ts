import { type Address, addressesOf, type Entry } from './addresses.ts';
import { asBytes, lowered } from './bytes.ts';
import { type Named, nameMatching } from './match-name.ts';
import type { RegexMatch } from './regex/regex.ts';
import { positionOf } from './tree.ts';
import type { HttpModel, HttpRequest, Listen, Server, Step } from './types.ts';

/** Which server answers: first the address and port, then the name (ngx_http_find_virtual_server). */

export interface ServerChoice {
  readonly server: Server;
  readonly listen: Listen;
  /** The address's own: without TLS its settings hold until the Host header has been read. */
  readonly first: Server;
  readonly captures: RegexMatch | null;
  readonly captured: readonly { readonly name: string; readonly value: string }[];
}

export interface Chosen {
  readonly choice: ServerChoice | null;
  readonly steps: readonly Step[];
  /** Why it cannot be told. */
  readonly unknown: Step | null;
}

/** How well a server was found on one address. */
interface Found extends Entry {
  readonly fallback: Entry;
  readonly named: Named | null;
}

export function chooseServer(http: HttpModel, request: HttpRequest): Chosen {
  const addresses = addressesOf(http);
  const host = hostOf(request.host);
  const there = [...(addresses.get(request.port) ?? []), ...(addresses.get(null) ?? [])];
  const found = there.map((address) => onAddress(address, host));
  const [best, ...others] = found.toSorted((a, b) => rank(b, host) - rank(a, host));
  if (best === undefined) return nobody(addresses, request.port);
  const guessed = best.listen.port === null ? [placeholderStep(best.listen)] : [];
  const steps = [...guessed, listenStep(best), ...elsewhere(best, others)];
  const unsure = best.named?.kind === 'unsure' ? best.named.step : null;
  if (unsure !== null) return { choice: null, steps, unknown: unsure };
  return { choice: choiceOf(best), steps: [...steps, ...nameSteps(best, request.host)], unknown: null };
}

/** As ngx_http_validate_host leaves it: in lower case, without a dot at its end. */
const hostOf = (host: string): string => lowered(asBytes(host)).replace(/\.$/, '');

function nobody(addresses: ReadonlyMap<number | null, unknown>, port: number): Chosen {
  const there = Array.from(addresses.keys())
    .filter((other) => other !== null)
    .sort((a, b) => a - b);
  const open = there.length === 0 ? 'no server listens on any' : `servers listen on ${there.join(', ')}`;
  return { choice: null, steps: [], unknown: { says: `no server listens on port ${port} (${open})`, at: null } };
}

function onAddress({ entries, fallback, names, compares }: Address, host: string): Found {
  const named = compares ? nameMatching(names, host) : unlessCaptured(nameMatching(names, host));
  const server = named?.kind === 'found' ? named.server : fallback.server;
  const entry = entries.get(server) ?? fallback;
  return { ...entry, fallback, named };
}

/** A server that is alone on its address answers whatever its names are: nginx does not even look. */
const unlessCaptured = (named: Named | null): Named | null =>
  named?.kind === 'found' ? { ...named, match: null } : null;

/**
 * Which address a request arrives on is not seen from outside: the one that was asked for by number, else one that knows the
 * name; a port that is left open comes last.
 */
function rank({ named, listen }: Found, host: string): number {
  const asked = listen.address === host || listen.address === `[${host}]`;
  return (asked ? 4 : 0) + (named === null ? 0 : 2) + (listen.port === null ? 0 : 1);
}

function choiceOf(found: Found): ServerChoice {
  const match = found.named?.kind === 'found' ? found.named.match : null;
  return {
    server: found.server,
    listen: found.listen,
    first: found.fallback.server,
    captures: match?.captures ?? null,
    captured: match?.captured ?? [],
  };
}

const describe = ({ address, port }: Listen): string => `${address}:${port ?? '(a placeholder)'}`;

const placeholderStep = (listen: Listen): Step => ({
  says: 'the port is a placeholder: taken for the one that was asked for',
  at: listen.directive === null ? null : positionOf(listen.directive),
});

function listenStep({ listen, server }: Found): Step {
  const { directive } = listen;
  if (directive === null) {
    return { says: 'without a "listen" nginx listens on *:80', at: positionOf(server.directive) };
  }
  return { says: `it listens on ${describe(listen)}${listen.ssl ? ' with TLS' : ''}`, at: positionOf(directive) };
}

/** Other addresses of the same port where another server would answer. */
function elsewhere(best: Found, others: readonly Found[]): Step[] {
  return others
    .filter(({ server }) => server !== best.server)
    .map(({ listen, server }) => ({
      says: `a request that arrives on ${describe(listen)} is answered by another server; from outside the address is not seen`,
      at: positionOf(server.directive),
    }));
}

function nameSteps(found: Found, host: string): Step[] {
  const { named, listen } = found;
  if (named?.kind === 'found') return [named.step, ...named.also];
  const how = listen.defaultServer ? 'it is the default_server' : 'it is the first server';
  return [
    { says: `no server_name is "${host}": ${how} of ${describe(listen)}`, at: positionOf(found.server.directive) },
  ];
}
