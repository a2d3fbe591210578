import { MATTERMOST_LOG, SERVER_LOG } from './ask.ts';
import type { Reading } from './reading.ts';

/** How the party on the server leg is called. */

/** `mattermost` if it spoke as Mattermost does, else `server`. */
export const serverHop = (reading: Reading): string => (reading.mattermost.known === 'spoke' ? 'mattermost' : 'server');

export const serverName = (reading: Reading): string =>
  reading.mattermost.known === 'spoke' ? 'Mattermost' : 'The server';

export const serverLog = (reading: Reading): string =>
  reading.mattermost.known === 'no' ? SERVER_LOG : MATTERMOST_LOG;
