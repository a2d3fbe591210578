import type { CloseFrameSeen, Fact, FinSeen, Header, MissingPart, Side } from '../../src/evidence/fact.ts';
import { otherSide } from '../../src/evidence/fact.ts';
import { frameBits } from '../../src/evidence/frame-bits.ts';
import { NameTable } from '../../src/evidence/names.ts';
import { type TapInfo, type Timeline, TimelineRecorder } from '../../src/evidence/timeline.ts';
import type { Cause, Certainty, Manner, Party, Refusal } from '../../src/verdict/verdict.ts';

/**
 * A dialogue: what crossed a tap, as a list to be read, and the verdict it must lead to.
 *
 *   C … / S …       from the client, from the server:
 *                   hello · posted · reply OK · action ping · data [bytes] [unmasked] · ping · pong
 *                   CLOSE [code] [unmasked] [echo] · FIN [notify|cut|inside] · RST · LOST errno · TLS code
 *                   own-pong · missed · pause · resume (reading from that side stops, goes on)
 *   H ping C|S      hangup's own ping to that leg
 *   END             both legs are gone
 *   silence(ms)     nothing crosses
 */
export type Step = string | ((scene: Scene) => void);

export interface Expected {
  readonly rule: string;
  readonly closedBy: Party;
  readonly cause: Cause;
  readonly certainty: Certainty;
  readonly hop?: string | null;
  readonly manner?: Manner;
  readonly refusal?: Refusal;
  readonly witness?: RegExp;
  readonly remedy?: RegExp;
  /** Of the summary. */
  readonly says?: RegExp;
  /** What some line of evidence says. */
  readonly shows?: RegExp;
}

export interface Dialogue {
  readonly name: string;
  readonly opening: Opening;
  readonly steps: readonly Step[];
  readonly expected: Expected;
  /** Rules that this could be mistaken for: their verdict must not come out, or less sure than where they are right. */
  readonly lookalikeOf: readonly string[];
}

export const dialogue = (
  name: string,
  opening: Opening,
  steps: readonly Step[],
  expected: Expected,
  ...lookalikeOf: string[]
): Dialogue => ({ name, opening, steps, expected, lookalikeOf });

const OPENED_AT = Date.UTC(2026, 10, 22, 15, 0, 0);

export class Scene {
  now = OPENED_AT;
  readonly names = new NameTable();
  readonly recorder: TimelineRecorder;
  readonly #closed = new Set<Side>();

  constructor(tap: Partial<TapInfo>, url: string) {
    this.recorder = new TimelineRecorder({
      connection: 'c1',
      tap: { name: 'inner', behind: null, before: null, ...tap },
      url,
      trace: null,
      openedAt: OPENED_AT,
      keepaliveMs: { client: 30_000, server: 30_000 },
    });
  }

  add(fact: Fact): void {
    this.recorder.add(fact);
  }

  get timeline(): Timeline {
    return this.recorder.snapshot(this.names.name);
  }

  step(text: string): void {
    const [who = '', what = '', ...rest] = text.split(' ');
    const side: Side = who === 'C' ? 'client' : 'server';
    const { now: at } = this;
    const acts: Readonly<Record<string, () => void>> = {
      CLOSE: () => this.#close(side, rest),
      FIN: () => this.add({ kind: 'fin', at, from: side, ...finDetails(rest) }),
      RST: () => this.#reset(side),
      LOST: () => this.add({ kind: 'lost', at, from: side, errno: rest[0] ?? 'ETIMEDOUT' }),
      TLS: () => this.add({ kind: 'tls-fault', at, from: side, code: rest[0] ?? '', says: 'bad record' }),
      'own-pong': () => this.#ownPong(side),
      missed: () => this.#missed(side),
      pause: () => this.#pause(side),
      resume: () => this.#resume(side),
    };
    if (who === 'END') this.add({ kind: 'ended', at });
    else if (who === 'H') this.#ownPing(rest[0] === 'C' ? 'client' : 'server');
    else if (acts[what] !== undefined) acts[what]();
    else this.#frame(side, what, rest);
  }

  #missed(side: Side): void {
    const missed = ++this.recorder.totals[side].missedPongs;
    this.add({ kind: 'pong-missed', at: this.now, from: side, missed });
  }

  #pause(side: Side): void {
    this.recorder.totals[side].pauses++;
    this.recorder.totals[side].pausedSince = this.now;
    this.add({ kind: 'pause', at: this.now, from: side });
  }

  #frame(side: Side, what: string, rest: readonly string[]): void {
    const { totals } = this.recorder;
    const masked = (side === 'client') !== rest.includes('unmasked');
    const size = rest.map(Number).find((n) => n > 0);
    const length = size ?? (what === 'ping' || what === 'pong' ? 0 : 100);
    this.#bytes(side, length);
    totals[side].frames++;
    if (what === 'ping') {
      totals[side].pings++;
      totals[side].lastPingAt = this.now;
      totals[side].unansweredPingAt ??= this.now;
    } else if (what === 'pong') {
      totals[side].pongs++;
      totals[side].lastPongAt = this.now;
      totals[otherSide(side)].unansweredPingAt = null;
    } else if (length > totals[side].largestMessage) {
      totals[side].largestMessage = length;
      totals[side].largestMessageAt = this.now;
    }
    const opcode = what === 'ping' ? 9 : what === 'pong' ? 10 : 1;
    const name = opcode !== 1 || what === 'data' ? null : [what, ...rest].join(' ');
    if (name !== null) totals.firsts[name] ??= this.now;
    this.recorder.frame(this.now, frameBits(side, opcode, true, 0, masked, false, this.names.id(name)), length);
  }

  #bytes(side: Side, length: number): void {
    const { recorder } = this;
    recorder.arrived(recorder.totals[side], this.now, length + 2);
    recorder.natural(this.now);
    recorder.wrote(recorder.totals[otherSide(side)], this.now);
  }

  #close(side: Side, rest: readonly string[]): void {
    const masked = (side === 'client') !== rest.includes('unmasked');
    const code = rest.map(Number).find((n) => n > 0) ?? null;
    // As the gateway does it: the fact is noted before the bytes go on.
    const { recorder } = this;
    recorder.arrived(recorder.totals[side], this.now, 4);
    const fact: CloseFrameSeen = {
      kind: 'close-frame',
      at: this.now,
      from: side,
      code,
      reason: '',
      masked,
      echo: rest.includes('echo') || this.#closed.has(otherSide(side)),
    };
    this.#closed.add(side);
    this.add(fact);
    this.recorder.totals[side].frames++;
    recorder.frame(this.now, frameBits(side, 8, true, 0, masked, false, 0), 2);
    recorder.natural(this.now);
    recorder.wrote(recorder.totals[otherSide(side)], this.now);
  }

  #reset(side: Side): void {
    const { lastWriteAt, silentBeforeWriteMs } = this.recorder.totals[side];
    this.add({
      kind: 'rst',
      at: this.now,
      from: side,
      errno: 'ECONNRESET',
      sinceWriteMs: lastWriteAt === null ? null : this.now - lastWriteAt,
      silentBeforeWriteMs,
    });
  }

  #ownPing(side: Side): void {
    const { recorder } = this;
    recorder.totals[side].ownPings++;
    recorder.wrote(recorder.totals[side], this.now);
    recorder.frame(this.now, frameBits(otherSide(side), 9, true, 0, side === 'server', true, 0), 20);
  }

  #ownPong(side: Side): void {
    const { recorder } = this;
    const leg = recorder.totals[side];
    recorder.arrived(leg, this.now, 22);
    leg.ownPongs++;
    leg.lastOwnPongAt = this.now;
    leg.missedPongs = 0;
    recorder.frame(this.now, frameBits(side, 10, true, 0, side === 'client', true, 0), 20);
  }

  #resume(side: Side): void {
    const leg = this.recorder.totals[side];
    const pausedMs = this.now - (leg.pausedSince ?? this.now);
    leg.pausedMs += pausedMs;
    leg.pausedSince = null;
    this.add({ kind: 'resume', at: this.now, from: side, pausedMs });
  }
}

function finDetails(rest: readonly string[]): Pick<FinSeen, 'closeNotify' | 'insideFrame'> {
  return {
    closeNotify: rest.includes('notify') ? true : rest.includes('cut') ? false : null,
    insideFrame: rest.includes('inside') ? { got: 3, of: 90 } : null,
  };
}

export interface Opening extends Partial<TapInfo> {
  readonly url?: string;
  readonly request?: readonly Header[];
  readonly missing?: MissingPart;
  readonly httpVersion?: string;
  readonly status?: number;
  readonly answer?: readonly Header[];
  readonly body?: string;
  readonly own?: boolean;
}

export const MATTERMOST_URL = '/api/v4/websocket';

/** Plays a dialogue: the tap, the URL, the request and its answer come from the opening. `status: 0` means no answer yet. */
export function play(opening: Opening, steps: readonly Step[]): Timeline {
  const {
    url = MATTERMOST_URL,
    request = [],
    missing,
    httpVersion = '1.1',
    status = 101,
    answer = [],
    body,
    own = false,
    ...tap
  } = opening;
  const scene = new Scene(tap, url);
  scene.add({
    kind: 'upgrade-request',
    at: scene.now,
    method: 'GET',
    url,
    httpVersion,
    headers: request,
    peer: '127.0.0.1:40000',
    headBytes: 0,
    missing: missing ?? null,
  });
  if (status > 0) {
    scene.now += 2;
    scene.add({
      kind: 'upgrade-answer',
      at: scene.now,
      status,
      reason: 'Reason',
      httpVersion: '1.1',
      headers: answer,
      headBytes: 0,
      body: body ?? null,
      own,
    });
  }
  for (const step of steps) {
    if (typeof step === 'string') scene.step(step);
    else step(scene);
  }
  return scene.timeline;
}

export const silence =
  (ms: number): Step =>
  (scene) => {
    scene.now += ms;
  };

/** Adds a fact at the present moment; `at` is filled in. */
export const fact =
  (make: (at: number) => Fact): Step =>
  (scene) =>
    scene.add(make(scene.now));
