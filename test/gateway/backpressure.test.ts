import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { otherSide, type Side } from '../../src/evidence/fact.ts';
import { NameTable } from '../../src/evidence/names.ts';
import { ConnectionLog } from '../../src/gateway/connection-log.ts';
import { FrameKeeper } from '../../src/gateway/frame-keeper.ts';
import { Leg } from '../../src/gateway/leg.ts';
import { Tunnel } from '../../src/gateway/tunnel.ts';
import { encodeFrame, OPCODE } from '../kit/fault-peers.ts';
import { Recording } from './recording.ts';
import { openStage, type StageSpec } from './stage.ts';

/** What libuv reads at once. */
const READ_BYTES = 64 * 1024;
/** More than the kernel's buffers of two connections can take: 4 × 6 MB at Linux's defaults. */
const FLOOD_BYTES = 48 << 20;

const numbered = (from: Side, i: number): Buffer => {
  const payload = Buffer.alloc(1 << 20, i);
  return encodeFrame({ opcode: OPCODE.binary, payload, mask: from === 'client' });
};

/** Two ends of a TCP connection. */
async function socketPair(): Promise<[Socket, Socket]> {
  const server = createServer({ allowHalfOpen: true });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const accepted = new Promise<Socket>((resolve) => server.once('connection', resolve));
  const near = connect({ port: address.port, host: '127.0.0.1', allowHalfOpen: true });
  const far = await accepted;
  server.close();
  onTestFinished(() => {
    near.destroy();
    far.destroy();
  });
  return [near, far];
}

/** Resolves once `socket` has not become writable any further: everything on the way to the stalled reader is full. */
async function floodUntilStuck(socket: Socket, frame: Buffer): Promise<number> {
  let taken = 0;
  for (;;) {
    const flushed = new Promise<boolean>((resolve) => socket.write(frame, (error) => resolve(!error)));
    const stuck = new Promise<boolean>((resolve) => setTimeout(() => resolve(false), 300));
    if (!(await Promise.race([flushed, stuck]))) return taken;
    taken += frame.length;
    if (taken > 4 * FLOOD_BYTES) return taken;
  }
}

describe.each(['client', 'server'] as const)('a reader that is slower than the %s sends', (from) => {
  test('stops hangup from reading: it holds no more than a high-water mark and one read', async () => {
    const to = otherSide(from);
    const recording = new Recording();
    const log = new ConnectionLog(
      {
        connection: 'c',
        tap: { name: 't', behind: null, before: null },
        url: '/',
        trace: null,
        openedAt: 0,
        keepaliveMs: { client: null, server: null },
      },
      { peer: '', forwardedFor: null, userAgent: null },
      recording,
      recording,
    );
    const [clientHere, clientThere] = await socketPair();
    const [serverHere, serverThere] = await socketPair();
    const here = { client: clientHere, server: serverHere };
    const there = { client: clientThere, server: serverThere };
    const naming = { prefixBytes: 0, nameOf: () => null, firsts: new Set<string>(), helloId: () => null, users: null };
    const tunnel = new Tunnel(
      {
        log,
        keeper: new FrameKeeper('none', naming, new NameTable()),
        client: new Leg('client', here.client, here.client, null),
        server: new Leg('server', here.server, here.server, null),
        rsvAllowed: 0,
        deadAfter: null,
      },
      () => undefined,
    );
    tunnel.start({ client: [], server: [] }, false);
    there[to].pause();
    const taken = await floodUntilStuck(there[from], numbered(from, 1));
    expect(taken).toBeLessThan(2 * FLOOD_BYTES);
    expect(here[to].writableLength).toBeGreaterThan(0);
    expect(here[to].writableLength).toBeLessThanOrEqual(here[to].writableHighWaterMark + READ_BYTES);
    expect(here[from].isPaused()).toBe(true);
    expect(here[from].readableLength).toBeLessThanOrEqual(here[from].readableHighWaterMark + READ_BYTES);
    expect(log.timeline.totals[from].pausedSince).not.toBeNull();
    tunnel.destroy();
  });

  const LEGS: [string, StageSpec][] = [
    ['plain', {}],
    ['TLS on both legs', { secure: true, secureTarget: true }],
  ];
  test.each(LEGS)('gets every byte in the end, and the pause is recorded: %s', async (_name, spec) => {
    const { client, server, log } = await openStage(spec);
    const [sender, reader] = from === 'client' ? [client, server] : [server, client];
    reader.pause();
    const frames = Array.from({ length: FLOOD_BYTES >> 20 }, (_, i) => numbered(from, i));
    const sending = Promise.all(frames.map((frame) => sender.send(frame)));
    const pause = await log.fact('pause', 15_000);
    expect(pause.from).toBe(from);
    // The other direction is not held up by it.
    await reader.text('meanwhile');
    await sender.gotFrame(({ payload }) => payload.toString() === 'meanwhile');
    reader.resume();
    await reader.until('all frames', () => reader.frames.length === frames.length, 20_000);
    await sending;
    expect(reader.frames.every(({ wire }, i) => frames[i]?.equals(wire))).toBe(true);
    const resume = await log.fact('resume');
    expect(resume).toMatchObject({ from });
    expect(resume.pausedMs).toBeGreaterThanOrEqual(100);
    sender.fin();
    reader.fin();
    const totals = await log.end();
    expect(totals[from].pauses).toBeGreaterThan(0);
    expect(totals[from].pausedMs).toBeGreaterThanOrEqual(resume.pausedMs);
    expect(totals[from].pausedSince).toBeNull();
    expect(totals[otherSide(from)].pauses).toBe(0);
  });

  test('gets everything that was sent before the FIN', async () => {
    const { client, server } = await openStage();
    const [sender, reader] = from === 'client' ? [client, server] : [server, client];
    reader.pause();
    const frames = Array.from({ length: 20 }, (_, i) => numbered(from, i));
    const sending = Promise.all(frames.map((frame) => sender.send(frame)));
    sender.fin();
    setTimeout(() => reader.resume(), 50);
    expect(await reader.ended).toMatchObject({ manner: 'fin' });
    await sending;
    expect(reader.frames).toHaveLength(20);
  });
});
