import { onTestFinished } from 'vitest';
import {
  type End,
  type Standin,
  type StandinOptions,
  startStandin,
} from '../../examples/mattermost-standin/standin.ts';
import { type Dial, dial, type RawPeer } from './raw-peer.ts';

export const ALICE = 'standintokenofalice0000000';
export const BOB = 'standintokenofbob000000000';
export const BOT = 'standintokenofbot000000000';

export const bearer = (token: string): string => `Authorization: Bearer ${token}`;

/** A stand-in that is shut down with the test. */
export async function standinForTest(options: StandinOptions = {}): Promise<Standin> {
  const standin = await startStandin(options);
  onTestFinished(() => standin.shutdown());
  return standin;
}

export async function rawPeer(standin: Standin, options: Omit<Dial, 'port'> = {}): Promise<RawPeer> {
  const peer = await dial({ port: standin.port, ...options });
  onTestFinished(() => {
    peer.socket.destroy();
  });
  return peer;
}

/** Resolves with why the next connection to end has ended, as the stand-in sees it. */
export function nextEnd(standin: Standin): Promise<End> {
  return new Promise((resolve) => standin.events.once('ended', (_connection, why) => resolve(why)));
}
