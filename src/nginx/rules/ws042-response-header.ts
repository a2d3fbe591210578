import { removeDirective } from '../fix/edits.ts';
import type { Directive } from '../parse/tree.ts';
import type { Effective, Resolution } from '../resolve/types.ts';
import { headerName, headerValue, quoted, sourceText } from './forwarding.ts';
import type { Rule, RuleFinding } from './rule.ts';

/** Headers that only an answer carries; in a request nobody reads them. */
const OF_ANSWERS: readonly string[] = [
  'x-frame-options',
  'x-content-type-options',
  'x-xss-protection',
  'content-security-policy',
  'strict-transport-security',
  'referrer-policy',
  'permissions-policy',
];

export const responseHeader: Rule = {
  id: 'WS042',
  severity: 'note',
  title: 'proxy_set_header sets a header of answers',
  why: 'proxy_set_header changes the request to Mattermost, which does not read such a header; the browser never sees it. The WebSocket is not hurt.',
  *check(view) {
    for (const site of view.sites) {
      for (const { resolution } of [site.socket, site.socketSlash, ...site.plugins, ...site.plain]) {
        if (resolution.outcome.kind === 'proxy') yield* misplaced(resolution);
      }
    }
  },
};

function* misplaced({ effective }: Resolution): Iterable<RuleFinding> {
  const lines = effective.all('proxy_set_header');
  for (const line of lines) {
    const name = line.args[0]?.text ?? '';
    if (!OF_ANSWERS.includes(headerName(line)) || headerValue(line) === '') continue;
    yield {
      at: line.span,
      measured: { header: headerName(line) },
      summary: `proxy_set_header ${name} sends the header to Mattermost, not to the browser.`,
      fix: isAnswered(effective, name)
        ? `Remove the line: an add_header sends ${name} to the browser.`
        : `add_header ${name} ${quoted(headerValue(line))} always;${besideOthers(effective, line)}\n# instead of the proxy_set_header line, unless Mattermost’s own answer already has the header`,
      ...(othersStay(lines) ? { edits: [removeDirective(line)] } : {}),
    };
  }
}

const isAnswered = (effective: Effective, name: string): boolean =>
  effective.all('add_header').some((line) => headerName(line) === name.toLowerCase());

/** add_header is inherited whole or not at all, as proxy_set_header is. */
function besideOthers(effective: Effective, { parent }: Directive): string {
  const inherited = effective.all('add_header').filter((line) => line.parent !== parent);
  return inherited.length === 0
    ? ''
    : `\n# and with it those of further out, which it drops:\n${inherited.map(sourceText).join('\n')}`;
}

/** Were the level's last proxy_set_header taken out, those of the level above would come into force. */
const othersStay = (lines: readonly Directive[]): boolean =>
  lines.some((line) => !OF_ANSWERS.includes(headerName(line)));
