import type { Side } from '../evidence/fact.ts';
import type { FrameReader } from '../wire/frame-reader.ts';
import { OPCODE } from '../wire/opcodes.ts';
import type { ConnectionLog } from './connection-log.ts';

/** Tells users from payloads; see mattermost/users.ts. */
export interface UserNaming {
  readonly helloBytes: number;
  readonly userOfHello: (prefix: Uint8Array) => string | null;
  readonly postedBytes: number;
  readonly postedBy: (payload: Uint8Array) => { readonly id: string; readonly name: string } | null;
}

/** A `hello` is the server's first frame; the few that may come before it on some versions are replies and pings. */
const HELLO_WITHIN_FRAMES = 8;
/** No `posted` event is shorter: ids, names and broadcast alone have more bytes. */
const SHORTEST_POSTED = 400;
/** Frames looked at whole for a user's name, in a second, over all connections: names are learned by and by, at next to no cost. */
const LOOKS_A_SECOND = 20;
/** Names and users remembered, so that each is told once; the oldest is forgotten, and told again. */
const MAX_NAMES = 10_000;

/** Learns who the users are from frames that pass by. */
export class UserWatch {
  readonly #naming: UserNaming;
  readonly #names = new Map<string, string>();
  /** Users who have been greeted: the names of others are nobody's business, until they are. */
  readonly #greeted = new Set<string>();
  /** Connections whose frame that is arriving was granted a look. */
  readonly #granted = new Set<ConnectionLog>();
  #looksLeft = LOOKS_A_SECOND;
  #refilledAt = 0;

  constructor(naming: UserNaming) {
    this.#naming = naming;
  }

  /** How many first bytes of this frame are worth a look; 0: none. */
  wanted(log: ConnectionLog, from: Side, frame: FrameReader): number {
    if (from === 'client' || frame.opcode !== OPCODE.text || frame.rsv !== 0 || !frame.fin) return 0;
    const { firsts, server } = log.timeline.totals;
    if (server.frames < HELLO_WITHIN_FRAMES && firsts.hello === undefined) return this.#naming.helloBytes;
    if (this.#looksLeft === 0 || frame.length < SHORTEST_POSTED || frame.length > this.#naming.postedBytes) return 0;
    this.#looksLeft--;
    this.#granted.add(log);
    return frame.length;
  }

  /** A text frame of the server's is complete. @param name what it means, or null @param payload as much of it as was wanted */
  look(log: ConnectionLog, at: number, name: string | null, payload: Uint8Array): void {
    if (at - this.#refilledAt >= 1000) {
      this.#refilledAt = at;
      this.#looksLeft = LOOKS_A_SECOND;
    }
    if (this.#granted.size > 0 && this.#granted.delete(log) && name === 'posted') this.#learnName(log, payload);
  }

  /** Both legs are gone, perhaps in the middle of a frame. */
  forget(log: ConnectionLog): void {
    this.#granted.delete(log);
  }

  /** A connection's first `hello`: it greets the user. */
  greeted(log: ConnectionLog, payload: Uint8Array): void {
    const user = this.#naming.userOfHello(payload);
    if (user === null) return;
    const [oldest] = this.#greeted;
    if (oldest !== undefined && this.#greeted.size >= MAX_NAMES) this.#greeted.delete(oldest);
    this.#greeted.add(user);
    log.user(user);
    const name = this.#names.get(user);
    if (name !== undefined) log.userName(user, name);
  }

  #learnName(log: ConnectionLog, payload: Uint8Array): void {
    const user = this.#naming.postedBy(payload);
    if (user === null || this.#names.get(user.id) === user.name) return;
    const [oldest] = this.#names.keys();
    if (oldest !== undefined && this.#names.size >= MAX_NAMES) this.#names.delete(oldest);
    this.#names.set(user.id, user.name);
    if (this.#greeted.has(user.id)) log.userName(user.id, user.name);
  }
}
