import type { Directive } from '../parse/tree.ts';
import { childrenOf } from '../resolve/tree.ts';
import type { Resolution } from '../resolve/types.ts';
import { variablesIn } from './forwarding.ts';

/** What is the same for each WebSocket of a site. The requests that rules ask about bring no cookie and no header of a proxy in front; others may. */
const OF_EVERY_SOCKET: ReadonlySet<string> = new Set([
  ...['http_upgrade', 'http_connection', 'request_method', 'request_uri', 'uri', 'document_uri'],
  ...['host', 'http_host', 'server_name', 'server_port', 'scheme'],
]);

/** @param block an `if` @returns whether its condition comes to the same for every WebSocket of the site */
export const isOfEverySocket = ({ args }: Directive): boolean =>
  args.flatMap(({ text }) => variablesIn(text)).every((name) => OF_EVERY_SOCKET.has(name));

/** By them a request goes on to another place; what only answers those whom it is about has no say about the others. */
const LEADS_ELSEWHERE = /^(?:break|rewrite|.*_pass)$/;
const REDIRECTS = /^(?:https?:\/\/|\$scheme|redirect$|permanent$)/;

/** @returns whether each WebSocket of the site goes the same way, whatever cookies and headers it brings along */
export const isWayOfEverySocket = ({ ifs, otherIfs }: Resolution): boolean =>
  [...ifs, ...otherIfs.filter(leadsElsewhere)].every(isOfEverySocket);

const leadsElsewhere = (block: Directive): boolean =>
  childrenOf(block).some(
    ({ name, args }) => LEADS_ELSEWHERE.test(name) && !args.slice(1).some(({ text }) => REDIRECTS.test(text)),
  );
