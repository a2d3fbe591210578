import type { Side } from '../evidence/fact.ts';
import { frameBits } from '../evidence/frame-bits.ts';
import type { NameTable } from '../evidence/names.ts';
import type { FrameReader } from '../wire/frame-reader.ts';
import { OPCODE } from '../wire/opcodes.ts';
import type { ConnectionLog } from './connection-log.ts';
import { type UserNaming, UserWatch } from './user-watch.ts';

/** How much of payloads is kept: nothing, the names of events, or everything up to MAX_KEPT_PAYLOAD. */
export type PayloadPolicy = 'none' | 'events' | 'full';

/** With `--payload full`, the first so many bytes of a frame are kept. */
export const MAX_KEPT_PAYLOAD = 64 * 1024;

/** Tells what a text frame means from the first bytes of its payload; see mattermost/frame-name.ts. */
export interface FrameNaming {
  readonly prefixBytes: number;
  readonly nameOf: (from: Side, prefix: Uint8Array) => string | null;
  /** Names whose first occurrence a verdict asks for. */
  readonly firsts: ReadonlySet<string>;
  /** The name that Mattermost gives the connection in its greeting; asked once, of a frame named `hello`. */
  readonly helloId: (prefix: Uint8Array) => string | null;
  /** null: nobody wants to know who the users are. */
  readonly users: UserNaming | null;
}

/** Decides how much of a frame is looked at and what of it is kept. */
export class FrameKeeper {
  readonly #policy: PayloadPolicy;
  readonly #naming: FrameNaming;
  readonly #names: NameTable;
  readonly #users: UserWatch | null;

  constructor(policy: PayloadPolicy, naming: FrameNaming, names: NameTable) {
    this.#policy = policy;
    this.#naming = naming;
    this.#names = names;
    this.#users = naming.users === null ? null : new UserWatch(naming.users);
  }

  /** How many first bytes of this frame's payload are needed. */
  wanted(log: ConnectionLog, from: Side, frame: FrameReader): number {
    if (this.#policy === 'none' || frame.opcode > OPCODE.binary) return 0;
    const forUsers = this.#users?.wanted(log, from, frame) ?? 0;
    if (this.#policy === 'full') return MAX_KEPT_PAYLOAD;
    // A compressed payload (RSV1) has no name to read.
    return frame.opcode === OPCODE.text && frame.rsv === 0 ? Math.max(this.#naming.prefixBytes, forUsers) : 0;
  }

  /** Nothing more will come of this connection. */
  forget(log: ConnectionLog): void {
    this.#users?.forget(log);
  }

  keep(log: ConnectionLog, from: Side, at: number, frame: FrameReader): void {
    let name = 0;
    let payload: Uint8Array | null = null;
    if (this.#policy !== 'none') {
      if (frame.opcode === OPCODE.text && frame.rsv === 0) {
        const read = frame.payload();
        name = this.#name(log, from, at, read);
        if (this.#policy === 'full') payload = read;
      } else if (this.#policy === 'full' && frame.length > 0) payload = frame.payload();
    }
    const bits = frameBits(from, frame.opcode, frame.fin, frame.rsv, frame.masked, false, name);
    log.frame(at, bits, frame.length, payload);
  }

  #name(log: ConnectionLog, from: Side, at: number, read: Uint8Array): number {
    const { prefixBytes } = this.#naming;
    const name = this.#naming.nameOf(from, read.length > prefixBytes ? read.subarray(0, prefixBytes) : read);
    if (from === 'server') this.#users?.look(log, at, name, read);
    if (name === null) return 0;
    const { firsts } = log.timeline.totals;
    if (this.#naming.firsts.has(name) && firsts[name] === undefined) {
      firsts[name] = at;
      if (name === 'hello') this.#hello(log, at, read);
    }
    return this.#names.id(name);
  }

  #hello(log: ConnectionLog, at: number, read: Uint8Array): void {
    this.#users?.greeted(log, read);
    const connectionId = this.#naming.helloId(read);
    if (connectionId !== null) log.add({ kind: 'mattermost-hello', at, connectionId });
  }
}
