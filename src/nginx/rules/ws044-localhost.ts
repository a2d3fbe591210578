import { replaceWord } from '../fix/edits.ts';
import type { Word } from '../parse/tree.ts';
import { backendAddress } from './backend-address.ts';
import { type Proxied, proxied, sentHeaders } from './forwarding.ts';
import type { Rule, RuleFinding } from './rule.ts';

export const localhost: Rule = {
  id: 'WS044',
  severity: 'note',
  title: 'The backend is called localhost',
  why: 'Where the name means ::1 as well as 127.0.0.1, nginx takes them for two backends; if Mattermost listens on one of them alone, a connection every ten seconds is refused before nginx turns to the other, and fails with proxy_next_upstream off.',
  *check(view) {
    for (const site of view.sites) {
      for (const path of [site.socket, site.socketSlash, ...site.plugins, ...site.plain]) {
        const outcome = proxied(path);
        if (outcome !== null) yield* called(outcome);
      }
    }
  },
};

function* called(outcome: Proxied): Iterable<RuleFinding> {
  const { upstream, pass, to } = outcome;
  if (upstream === null) {
    const word = pass.args[0];
    if (word !== undefined && isLocalhost(to)) yield finding(word, setsHost(outcome));
    return;
  }
  for (const server of upstream.servers) {
    const word = server.directive.args[0];
    if (word !== undefined && isLocalhost(server.address)) yield finding(word, true);
  }
}

const isLocalhost = (address: string): boolean => backendAddress(address).host.toLowerCase() === 'localhost';

function finding(word: Word, mendable: boolean): RuleFinding {
  const { source, start, end } = word.span;
  const address = source.text(start, end).replace(/localhost/i, '127.0.0.1');
  return {
    at: word.span,
    summary: 'localhost may be two addresses here, ::1 and 127.0.0.1.',
    fix: `${address}  # in place of ${word.text}`,
    ...(mendable ? { edits: [replaceWord(word, address)] } : {}),
  };
}

/** Where nothing sets Host, nginx makes it of this very word, and of a certificate's name with https. */
const setsHost = (outcome: Proxied): boolean =>
  outcome.scheme === 'http' && sentHeaders(outcome, 'host').some(({ from }) => from !== 'default');
