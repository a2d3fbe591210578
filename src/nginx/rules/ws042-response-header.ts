import { removeDirective } from '../fix/edits.ts';
import type { Directive } from '../parse/tree.ts';
import type { Resolution } from '../resolve/types.ts';
import { headerName, headerValue, quoted } from './forwarding.ts';
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
      fix: `add_header ${name} ${quoted(headerValue(line))} always;\n# instead of the proxy_set_header line, unless Mattermost’s own answer already has the header`,
      ...(othersStay(lines) ? { edits: [removeDirective(line)] } : {}),
    };
  }
}

/** Were the level's last proxy_set_header taken out, those of the level above would come into force. */
const othersStay = (lines: readonly Directive[]): boolean =>
  lines.some((line) => !OF_ANSWERS.includes(headerName(line)));
