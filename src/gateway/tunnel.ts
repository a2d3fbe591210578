import { randomBytes } from 'node:crypto';
import { type OwnReason, otherSide, type Side } from '../evidence/fact.ts';
import type { FrameReader } from '../wire/frame-reader.ts';
import { OwnPings } from '../wire/own-ping.ts';
import { now } from './clock.ts';
import type { ConnectionLog } from './connection-log.ts';
import type { FrameKeeper } from './frame-keeper.ts';
import { Keepalive, type KeepaliveEvents } from './keepalive.ts';
import { Lane, type LaneEvents } from './lane.ts';
import type { Leg } from './leg.ts';
import { legError } from './leg-error.ts';

/**
 * An upgraded connection: two legs, two lanes, and the rules by which an end on one side becomes the same end on the
 * other.
 *
 *   client leg ◄══ lane from server ══ server leg
 *              ══ lane from client ══►
 *
 *   on a leg            on the other leg
 *   ───────────────     ─────────────────────────────────────────────────────
 *   FIN                 FIN, behind all bytes; the other direction goes on (half-close)
 *   RST, or TCP gave up RST, at once
 *   over high water     reading stops until `drain`
 */

/** A pause shorter than this is only counted: a bulk transfer pauses a hundred times a second. */
const PAUSE_NOTED_MS = 100;
/** How long an own close waits for the frames that are under way to end. */
const FRAME_END_MS = 1_000;
/** How long after hangup's own FIN the peers may take to send theirs. */
const PEER_FIN_MS = 2_000;

export interface TunnelOptions {
  readonly log: ConnectionLog;
  readonly keeper: FrameKeeper;
  readonly client: Leg;
  readonly server: Leg;
  /** RSV bits that the accepted extensions may set. */
  readonly rsvAllowed: number;
  readonly deadAfter: number | null;
}

export class Tunnel implements LaneEvents, KeepaliveEvents {
  readonly #log: ConnectionLog;
  readonly #keeper: FrameKeeper;
  readonly #legs: Readonly<Record<Side, Leg>>;
  /** By the side they come from. */
  readonly #lanes: Readonly<Record<Side, Lane>>;
  readonly #keepalive: Partial<Record<Side, Keepalive>> = {};
  readonly #pauseTimers: Partial<Record<Side, NodeJS.Timeout>> = {};
  readonly #pauseNoted: Record<Side, boolean> = { client: false, server: false };
  readonly #gone: Record<Side, boolean> = { client: false, server: false };
  #ownTimer: NodeJS.Timeout | null = null;
  #closing = false;
  #dead: Side | null = null;
  readonly #closeSeen: Record<Side, boolean> = { client: false, server: false };
  readonly #onEnded: (tunnel: Tunnel) => void;

  constructor(options: TunnelOptions, onEnded: (tunnel: Tunnel) => void) {
    const { log, keeper, client, server, rsvAllowed } = options;
    this.#log = log;
    this.#keeper = keeper;
    this.#onEnded = onEnded;
    this.#legs = { client, server };
    const pings = { client: new OwnPings(randomBytes(8)), server: new OwnPings(randomBytes(8)) };
    const lane = (from: Side) =>
      new Lane({
        log,
        keeper,
        source: this.#legs[from],
        sink: this.#legs[otherSide(from)],
        answered: pings[from],
        asked: pings[otherSide(from)],
        rsvAllowed,
        events: this,
      });
    this.#lanes = { client: lane('client'), server: lane('server') };
    for (const side of ['client', 'server'] as const) {
      const intervalMs = log.timeline.head.keepaliveMs[side];
      if (intervalMs === null) continue;
      this.#keepalive[side] = new Keepalive({ log, side, intervalMs, deadAfter: options.deadAfter, events: this });
    }
  }

  /**
   * Takes both streams over. Whoever had listeners on them has removed them.
   * @param early what each side had already sent
   * @param clientFinished the client has sent its FIN behind that
   */
  start(early: Readonly<Record<Side, readonly Buffer[]>>, clientFinished: boolean): void {
    for (const side of ['client', 'server'] as const) this.#watch(side);
    for (const side of ['server', 'client'] as const) {
      for (const chunk of early[side]) this.#read(this.#lanes[side], this.#legs[otherSide(side)], chunk);
      if (this.#log.timeline.totals[side].pausedSince === null) this.#legs[side].stream.resume();
    }
    if (!clientFinished) return;
    this.#stopPings();
    this.#lanes.client.flush();
    this.#legs.server.finish(this.#legs.client.closeNotify);
  }

  /** hangup itself is ending. */
  shutDown(says: string): void {
    this.close('shutdown', null, says);
  }

  /** hangup ends the connection itself: FIN to both sides between two frames, RST to a dead one. Never a Close frame. */
  close(why: OwnReason, side: Side | null, says: string): void {
    if (this.#closing || this.#log.ended) return;
    this.#closing = true;
    this.#stopPings();
    this.#log.add({ kind: 'own-close', at: now(), why, side, says });
    this.#dead = side;
    this.#ownTimer = setTimeout(() => this.#finishBoth(), FRAME_END_MS);
    this.#finishAtBoundary();
  }

  /** Both legs at once, whatever is under way. */
  destroy(): void {
    this.#stopPings();
    for (const side of ['client', 'server'] as const) this.#legs[side].reset();
  }

  onPingDue(side: Side): void {
    this.#lanes[otherSide(side)].ping();
  }

  onDeadPeer(side: Side, missed: number): void {
    this.close('dead-peer', side, `${missed} of hangup's pings in a row were not answered`);
  }

  onClose(lane: Lane, frame: FrameReader, at: number): void {
    this.#closeSeen[lane.from] = true;
    this.#stopPings();
    const payload = frame.payload();
    this.#log.add({
      kind: 'close-frame',
      at,
      from: lane.from,
      code: payload.length >= 2 ? payload.readUInt16BE(0) : null,
      reason: payload.toString('utf8', 2),
      masked: frame.masked,
      echo: this.#closeSeen[otherSide(lane.from)],
    });
  }

  /** Without frame boundaries in one direction, pings cannot be put into it and pongs not be found in it. */
  onLost(): void {
    this.#stopPings();
  }

  onOwnPing(lane: Lane, number: number, at: number): void {
    this.#keepalive[otherSide(lane.from)]?.onSent(number, at);
  }

  onOwnPong(lane: Lane, number: number, at: number): void {
    this.#keepalive[lane.from]?.onAnswered(number, at);
  }

  #watch(side: Side): void {
    const other = otherSide(side);
    const { stream } = this.#legs[side];
    // Looked up once: a lookup by side for each read is the slow kind, a property under two names.
    const lane = this.#lanes[side];
    const sink = this.#legs[other];
    this.#legs[side].lendReads((chunk) => {
      this.#read(lane, sink, chunk);
      return sink.holdsBytes;
    });
    stream.on('drain', () => this.#resume(other));
    stream.on('end', () => this.#fin(side));
    stream.on('error', (error) => this.#broken(side, error));
    stream.on('close', () => this.#goneFrom(side));
  }

  #read(lane: Lane, sink: Leg, chunk: Buffer): void {
    // After hangup's own FIN, or without the other leg, there is nowhere to put it.
    if (sink.finished && (this.#closing || this.#gone[sink.side])) return;
    if (!lane.push(chunk)) this.#pause(lane.from);
    if (this.#closing) this.#finishAtBoundary();
  }

  #fin(side: Side): void {
    this.#resumed(side);
    const lane = this.#lanes[side];
    const { insideFrame } = lane;
    lane.flush();
    const { closeNotify } = this.#legs[side];
    this.#log.add({ kind: 'fin', at: now(), from: side, closeNotify, insideFrame });
    this.#stopPings();
    this.#legs[otherSide(side)].finish(closeNotify);
  }

  #broken(side: Side, error: Error): void {
    const totals = this.#log.timeline.totals[side];
    this.#resumed(side);
    this.#stopPings();
    if (!this.#gone[side]) this.#log.add(legError(side, error, totals, now()));
    this.#legs[otherSide(side)].reset();
    this.#legs[side].destroy();
  }

  #goneFrom(side: Side): void {
    this.#gone[side] = true;
    this.#stopPings();
    this.#resumed(side);
    // A leg that is gone without FIN or error was destroyed from here; the other must not be left waiting.
    const other = otherSide(side);
    if (!this.#gone[other]) {
      this.#legs[other].finish(null);
      // It may be paused, and then never see its own end.
      this.#legs[other].stream.resume();
      return;
    }
    if (this.#ownTimer !== null) clearTimeout(this.#ownTimer);
    this.#log.end();
    this.#keeper.forget(this.#log);
    this.#onEnded(this);
  }

  #stopPings(): void {
    for (const side of ['client', 'server'] as const) {
      this.#keepalive[side]?.stop();
      this.#lanes[side].cancelPing();
    }
  }

  #pause(side: Side): void {
    const totals = this.#log.timeline.totals[side];
    if (totals.pausedSince !== null) return;
    this.#legs[side].stream.pause();
    const since = now();
    totals.pausedSince = since;
    totals.pauses++;
    this.#pauseNoted[side] = false;
    this.#pauseTimers[side] = setTimeout(() => {
      this.#pauseNoted[side] = true;
      this.#log.add({ kind: 'pause', at: since, from: side });
    }, PAUSE_NOTED_MS);
  }

  #resume(side: Side): void {
    this.#resumed(side);
    this.#legs[side].stream.resume();
  }

  #resumed(side: Side): void {
    const totals = this.#log.timeline.totals[side];
    if (totals.pausedSince === null) return;
    clearTimeout(this.#pauseTimers[side]);
    const at = now();
    const pausedMs = at - totals.pausedSince;
    totals.pausedMs += pausedMs;
    totals.pausedSince = null;
    if (this.#pauseNoted[side]) this.#log.add({ kind: 'resume', at, from: side, pausedMs });
  }

  #finishAtBoundary(): void {
    const { client, server } = this.#lanes;
    if (client.insideFrame === null && server.insideFrame === null) this.#finishBoth();
  }

  #finishBoth(): void {
    if (this.#ownTimer !== null) clearTimeout(this.#ownTimer);
    for (const side of ['client', 'server'] as const) {
      this.#lanes[side].flush();
      if (side === this.#dead) this.#legs[side].reset();
      else this.#legs[side].finish(null);
      this.#legs[side].stream.resume();
    }
    this.#ownTimer = setTimeout(() => {
      for (const side of ['client', 'server'] as const) this.#legs[side].reset();
    }, PEER_FIN_MS);
  }
}
