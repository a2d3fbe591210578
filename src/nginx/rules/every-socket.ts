import type { Directive } from '../parse/tree.ts';
import { variablesIn } from './forwarding.ts';

/** What is the same for each WebSocket of a site. The requests that rules ask about bring no cookie and no header of a proxy in front; others may. */
const OF_EVERY_SOCKET: ReadonlySet<string> = new Set([
  ...['http_upgrade', 'http_connection', 'request_method', 'request_uri', 'uri', 'document_uri'],
  ...['host', 'http_host', 'server_name', 'server_port', 'scheme'],
]);

/** @param block an `if` @returns whether its condition comes to the same for every WebSocket of the site */
export const isOfEverySocket = ({ args }: Directive): boolean =>
  args.flatMap(({ text }) => variablesIn(text)).every((name) => OF_EVERY_SOCKET.has(name));
