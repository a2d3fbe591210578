import type { Socket } from 'node:net';

/**
 * Whether an address is that of hangup's own page. A tap must never lead there: the page shows private traffic, and what a tap relays
 * may come from anywhere. A name is looked up anew for each connection, so each is checked when it stands, before a byte is sent.
 */
export type IsOwnPage = (address: string, port: number) => boolean;

/** The code of a connection that led to hangup's own page. */
export const OWN_PAGE = 'OWN_PAGE';

export const leadsToOwnPage = (socket: Socket, isOwnPage: IsOwnPage | undefined): boolean =>
  isOwnPage !== undefined &&
  socket.remoteAddress !== undefined &&
  socket.remotePort !== undefined &&
  isOwnPage(socket.remoteAddress, socket.remotePort);

/** Destroys a socket that is being connected when it turns out to lead to the page. Must be called before anything is written to it. */
export function keepOffOwnPage(socket: Socket, isOwnPage: IsOwnPage | undefined): void {
  if (isOwnPage === undefined || !socket.connecting) return;
  socket.once('connect', () => {
    if (!leadsToOwnPage(socket, isOwnPage)) return;
    socket.destroy(Object.assign(new Error("the target is hangup's own page"), { code: OWN_PAGE }));
  });
}
