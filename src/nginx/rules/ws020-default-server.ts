import type { Span } from '../parse/tree.ts';
import type { Listen, Server } from '../resolve/types.ts';
import type { Rule, RuleFinding, View } from './rule.ts';
import { hasSign } from './signs.ts';
import { type SharedAddress, SharedAddresses, serverText } from './virtual-servers.ts';

export const defaultServer: Rule = {
  id: 'WS020',
  severity: 'warning',
  title: 'Which server answers a name is left to the order of the files, or two servers claim one name',
  why: 'The wrong server answers the upgrade with its own page and status 200: the client sees a failed WebSocket, and nothing is logged as an error.',
  *check(view) {
    const addresses = new SharedAddresses(view.http.servers);
    const reached = new Set(view.sites.map(({ server }) => server));
    for (const server of view.http.servers) {
      const isSite = reached.has(server);
      // A server that no request reaches is no site: only what is written there shows whose it is.
      const concerns = isSite || hasSign(server.directive);
      for (const listen of server.listens) {
        const address = addresses.of(listen);
        if (address === null || address.servers.length < 2) continue;
        yield* sameName(server, address, (winner) => concerns || reached.has(winner));
        if (concerns) yield* noDefault(view, server, address, listen, isSite);
      }
    }
  },
};

/** nginx keeps the server that it reads first, and warns `conflicting server name … ignored` about the others. */
function* sameName(
  server: Server,
  { text, named }: SharedAddress,
  matters: (winner: Server) => boolean,
): Iterable<RuleFinding> {
  for (const name of server.names.filter((one) => !isNoName(one))) {
    const twins = named.get(name.toLowerCase()) ?? [];
    const [first] = twins;
    if (first === undefined || first === server || !matters(first)) continue;
    yield {
      at: nameSpan(server, name),
      measured: 'server-never-chosen',
      summary: `${twins.length} servers named ${name} listen on ${text}: nginx takes ${serverText(first)}, and this one is never chosen by that name.`,
      fix: 'Give the name to one server only: bring the locations of both into one block, or take the name out of the other.',
    };
  }
}

function* noDefault(
  view: View,
  server: Server,
  { text, servers, marked }: SharedAddress,
  listen: Listen,
  isSite: boolean,
): Iterable<RuleFinding> {
  const chosen = marked ?? servers[0];
  // In a piece of a configuration the default server may stand in another one.
  if (chosen === undefined || (marked === null && view.configuration.context !== 'main')) return;
  const at = (listen.directive ?? server.directive).nameWord.span;
  if (chosen !== server && server.names.every(isNoName)) {
    yield {
      at,
      measured: 'server-never-chosen',
      summary: `This server has no name of its own and is not the default of ${text}: ${serverText(chosen)} answers in its place.`,
      fix: 'server_name chat.example.com;',
    };
  } else if (marked === null && isSite) {
    yield { at, ...(chosen === server ? firstByChance(text, listen) : otherFirst(text, listen, chosen)) };
  }
}

type Said = Omit<RuleFinding, 'at'>;

function firstByChance(text: string, listen: Listen): Said {
  const last = listen.directive?.args.at(-1)?.span;
  return {
    severity: 'note',
    summary: `No server is marked default_server on ${text}: this one answers unknown names only because it is read first.`,
    fix: asDefault(text, listen),
    ...(last === undefined ? {} : { edits: [{ at: { ...last, start: last.end }, text: ' default_server' }] }),
  };
}

const otherFirst = (text: string, listen: Listen, first: Server): Said => ({
  summary: `No server is marked default_server on ${text}: names that no server has, such as an address or an alias of this one, get ${serverText(first)}, which is read first.`,
  fix: [
    '# mark the server that is to answer unknown names, or add one that refuses them',
    'server {',
    `    ${asDefault(text, listen)}`,
    `    ${listen.ssl ? 'ssl_reject_handshake on;' : 'return 444;'}`,
    '}',
  ].join('\n'),
});

function asDefault(text: string, { directive }: Listen): string {
  const words = directive?.args.map((word) => word.text) ?? [text];
  return `listen ${[...words, 'default_server'].join(' ')};`;
}

/** `_` is a name that no client asks for, so it stands for none. */
const isNoName = (name: string): boolean => name === '' || name === '_';

function nameSpan({ directive }: Server, name: string): Span {
  const lines = (directive.block?.children ?? []).filter((child) => child.name === 'server_name');
  return lines.flatMap(({ args }) => args).find(({ text }) => text === name)?.span ?? directive.nameWord.span;
}
