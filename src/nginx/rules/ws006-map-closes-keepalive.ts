import { insertLast, replaceWord } from '../fix/edits.ts';
import { isAtLeast } from '../version.ts';
import { hasToken, proxied } from './forwarding.ts';
import type { Rule, View } from './rule.ts';
import { mapsInUse, plainRequestsGet } from './upgrade-map.ts';

const LINE = "'' '';";

export const mapClosesKeepalive: Rule = {
  id: 'WS006',
  severity: 'note',
  title: "The map of Connection says close for plain requests ('' close)",
  why: 'WebSockets do not mind. But a plain request that says "Connection: close" makes the backend close: nginx opens a new connection for each, and an upstream\'s keepalive is without effect. An empty value sends no Connection header at all.',
  *check(view) {
    for (const map of mapsInUse(view)) {
      const line = map.line('');
      if (line === null || !hasToken(map.value('') ?? '', 'close')) continue;
      const plain = plainRequestsGet(view.sites, map.variable, 'close');
      const ends = plain && keepsConnections(view);
      yield {
        at: line.value.span,
        summary: ends
          ? `$${map.variable} is "close" for plain requests, which ends the upstream's keepalive connections.`
          : `$${map.variable} is "close" for plain requests: an upstream's keepalive would have no effect for them.`,
        fix: LINE,
        edits: line.key === '' ? [replaceWord(line.value, "''")] : [insertLast(map.directive, [LINE])],
      };
    }
  },
};

/** A keepalive line in the upstream of plain requests; nginx 1.29.7 and later keep connections without one. */
const keepsConnections = ({ sites, version }: View): boolean =>
  isAtLeast(version, '1.29.7') === true ||
  sites.some(({ plain }) =>
    plain.some((path) => {
      const children = proxied(path)?.upstream?.directive.block?.children ?? [];
      return children.some(({ name, args }) => name === 'keepalive' && args[0]?.text !== '0');
    }),
  );
