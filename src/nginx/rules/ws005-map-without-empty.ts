import { insertLast, replaceWord } from '../fix/edits.ts';
import { hasToken } from './forwarding.ts';
import type { Rule } from './rule.ts';
import { mapsInUse, plainRequestsGet } from './upgrade-map.ts';

const LINE = "'' '';";

export const mapWithoutEmpty: Rule = {
  id: 'WS005',
  severity: 'warning',
  title: "The map of Connection has no '' case",
  why: 'A plain request has no Upgrade header and then takes the default: it reaches Mattermost with "Connection: upgrade", and the connection to the backend is not kept for the next one.',
  *check(view) {
    for (const map of mapsInUse(view)) {
      const plain = map.value('');
      if (plain === null || !hasToken(plain, 'upgrade')) continue;
      const variable = `$${map.variable}`;
      const reached = plainRequestsGet(view.sites, map.variable, 'upgrade');
      const line = map.line('');
      const isOwn = line !== null && line.key === '';
      yield {
        at: isOwn ? line.value.span : map.directive.span,
        severity: reached ? 'warning' : 'note',
        summary: reached
          ? `${variable} is "${plain}" for requests without an Upgrade header too: every plain request says "Connection: ${plain}".`
          : `${variable} is "${plain}" for requests without an Upgrade header too; so far only the WebSocket's location uses it.`,
        fix: LINE,
        edits: isOwn ? [replaceWord(line.value, "''")] : [insertLast(map.directive, [LINE])],
      };
    }
  },
};
