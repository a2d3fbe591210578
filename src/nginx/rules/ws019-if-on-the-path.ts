import type { Directive } from '../parse/tree.ts';
import type { Resolution } from '../resolve/types.ts';
import { named } from './forwarding.ts';
import type { Rule, RuleFinding } from './rule.ts';

/** What an `if` takes over when it holds one of these: the request's handler, or the headers of its answer. */
const TAKES_OVER = new Set(['proxy_pass', 'add_header', 'more_set_headers', 'more_set_input_headers']);

export const ifOnThePath: Rule = {
  id: 'WS019',
  severity: 'warning',
  title: 'An if that holds proxy_pass or headers decides about the WebSocket',
  why: 'A request for which the condition holds is handled by a nameless location of its own: the last such if wins, also over one that holds the proxy_pass.',
  *check(view) {
    for (const { socket } of view.sites) {
      const { resolution } = socket;
      if (resolution.outcome.kind === 'proxy') {
        for (const block of resolution.ifs) yield* decides(block, resolution.outcome.pass);
      }
      yield* mayDecide(resolution);
    }
  },
};

function* decides(block: Directive, pass: Directive): Iterable<RuleFinding> {
  const held = [...new Set(childrenOf(block).flatMap(({ name }) => (TAKES_OVER.has(name) ? [name] : [])))];
  if (block.parent?.name !== 'location' || held.length === 0) return;
  yield {
    at: block.nameWord.span,
    summary: `${named(block)} holds for the WebSocket and brings its own ${held.join(' and ')}.`,
    fix: ownLocation(pass),
  };
}

/** The way ends at an `if` whose condition no configuration tells, and a proxy_pass in it. */
function* mayDecide({ outcome, location }: Resolution): Iterable<RuleFinding> {
  if (outcome.kind !== 'unknown' || outcome.at === null) return;
  const { file, line, column } = outcome.at;
  for (const block of childrenOf(location)) {
    const pass = childrenOf(block).find(({ name }) => name === 'proxy_pass');
    const at = block.span.source.position(block.span.start);
    if (block.name !== 'if' || pass === undefined) continue;
    if (at.file !== file || at.line !== line || at.column !== column) continue;
    yield {
      at: block.nameWord.span,
      summary: `${named(block)} decides where the WebSocket goes, and no configuration tells whether it holds.`,
      fix: ownLocation(pass),
    };
  }
}

/** @param pass where the WebSocket goes now; a regex location takes no path in it */
const ownLocation = (pass: Directive): string =>
  [
    'location ~ ^/api/v4/websocket/?$ {',
    '    proxy_http_version 1.1;',
    '    proxy_set_header Upgrade $http_upgrade;',
    '    proxy_set_header Connection "upgrade";',
    '    proxy_set_header Host $http_host;',
    '    proxy_read_timeout 90s;',
    `    proxy_pass ${(pass.args[0]?.text ?? '').replace(/^(https?:\/\/[^/]+)\/.*/, '$1')};`,
    '}',
  ].join('\n');

const childrenOf = (directive: Directive | null): readonly Directive[] => directive?.block?.children ?? [];
