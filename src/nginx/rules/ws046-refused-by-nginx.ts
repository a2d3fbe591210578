import type { Directive } from '../parse/tree.ts';
import { written } from '../resolve/tree.ts';
import { isOfEverySocket } from './every-socket.ts';
import { isMisrouted } from './explained.ts';
import { named } from './forwarding.ts';
import { locationPattern } from './pattern.ts';
import type { Rule, RuleFinding, Site } from './rule.ts';

/** They have rules of their own: WS034, WS028. */
const SAID_ELSEWHERE: readonly string[] = ['try_files', 'proxy_pass'];

export const refusedByNginx: Rule = {
  id: 'WS046',
  severity: 'error',
  title: 'nginx itself refuses the WebSocket while it passes the API on',
  why: 'Pages load and messages can be sent, but nothing new arrives; Mattermost never hears of the WebSocket, and its clients come back every few seconds.',
  *check(view) {
    for (const site of view.sites) {
      const finding = isMisrouted(site) ? null : refused(site);
      if (finding !== null) yield finding;
    }
  },
};

function refused({ socket, plain }: Site): RuleFinding | null {
  const { outcome } = socket.resolution;
  if (outcome.kind !== 'answer' || outcome.status < 400 || SAID_ELSEWHERE.includes(outcome.by.name)) return null;
  const { by, status } = outcome;
  const api = plain.find(({ request }) => request.target.includes('/api/v4/'));
  if (api?.resolution.outcome.kind !== 'proxy' || !isSure(by)) return null;
  const target = socket.request.target;
  return {
    at: by.block === null ? by.span : by.nameWord.span,
    summary: `nginx answers ${status} to ${target}, by ${by.block === null ? written(by) : named(by)}, and passes ${api.request.target} on.`,
    fix: mend(by, target),
  };
}

function mend(by: Directive, target: string): string {
  const line = by.block?.children.find(({ name }) => name === 'internal') ?? by;
  const location = enclosingLocation(line);
  if (location === null) return `# of the server itself it comes before every location: let it leave ${target} alone`;
  if (locationPattern(location).kind === 'exact') return `Remove the line: ${written(line)};`;
  return `# exact locations come before all others: with the lines of the upgrade, and without ${written(line)}\nlocation = ${target} {`;
}

function enclosingLocation(line: Directive): Directive | null {
  for (let at: Directive | null = line; at !== null; at = at.parent) if (at.name === 'location') return at;
  return null;
}

const isSure = ({ parent }: Directive): boolean => parent?.name !== 'if' || isOfEverySocket(parent);
