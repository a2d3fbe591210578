import { describe, expect, test } from 'vitest';
import type { Side } from '../../src/evidence/fact.ts';
import { encodeFrame, type FaultPeer, OPCODE } from '../kit/fault-peers.ts';
import { openStage, type Stage, type StageSpec } from './stage.ts';

const SIDES = ['client', 'server'] as const;

/** The stage as one side sees it. */
async function from(
  side: Side,
  spec: StageSpec = {},
): Promise<Stage & { near: FaultPeer; far: FaultPeer; farSide: Side }> {
  const stage = await openStage(spec);
  const { client, server } = stage;
  return side === 'client'
    ? { ...stage, near: client, far: server, farSide: 'server' }
    : { ...stage, near: server, far: client, farSide: 'client' };
}

const FIN = { manner: 'fin', errno: null };
const RST = { manner: 'rst', errno: 'ECONNRESET' };

describe.each(SIDES)('what the %s does, the other side sees', (side) => {
  test('a FIN as a FIN, and the other direction goes on for 44 frames', async () => {
    const { near, far, log, farSide } = await from(side);
    await near.text('bye');
    near.fin();
    expect(await far.ended).toMatchObject(FIN);
    expect(far.frames.map(({ payload }) => payload.toString())).toEqual(['bye']);
    for (let i = 0; i < 44; i++) await far.text(`still ${i}`);
    await near.until('44 frames', () => near.frames.length === 44);
    expect(near.endings).toHaveLength(0);
    far.fin();
    expect(await near.ended).toMatchObject(FIN);
    await log.end();
    expect(log.all('fin')).toMatchObject([
      { from: side, insideFrame: null, closeNotify: null },
      { from: farSide, insideFrame: null, closeNotify: null },
    ]);
    expect(log.kinds).toEqual(['upgrade-request', 'upgrade-answer', 'fin', 'fin', 'ended']);
  });

  test('an RST as an RST', async () => {
    const { near, far, log } = await from(side);
    await near.text('hello');
    await far.gotFrame();
    near.rst();
    expect(await far.ended).toMatchObject(RST);
    await log.end();
    expect(log.all('rst')).toMatchObject([{ from: side, errno: 'ECONNRESET' }]);
    expect(log.kinds.slice(2)).toEqual(['rst', 'ended']);
  });

  test('an RST behind data: the data, and the RST', async () => {
    const { near, far, log } = await from(side);
    await far.text('talk to me');
    await near.gotFrame();
    await near.rstAfter(encodeFrame({ payload: 'last words', mask: side === 'client' }));
    expect(await far.ended).toMatchObject(RST);
    expect(far.frames.map(({ payload }) => payload.toString())).toEqual(['last words']);
    await log.end();
    expect(log.all('rst')).toMatchObject([{ from: side, sinceWriteMs: expect.any(Number) }]);
  });

  test('a FIN inside a frame: what there was of it, and the FIN', async () => {
    const { near, far, log } = await from(side);
    const frame = encodeFrame({ payload: 'never complete', mask: side === 'client' });
    const cut = frame.subarray(0, frame.length - 5);
    await near.send(cut);
    near.fin();
    expect(await far.ended).toMatchObject(FIN);
    expect(far.remainder).toEqual(cut);
    expect(log.all('fin')).toMatchObject([{ from: side, insideFrame: { got: 9, of: 14 } }]);
  });

  test('a FIN inside the head of a frame', async () => {
    const { near, far, log } = await from(side);
    await near.send(Buffer.from([0x82]));
    near.fin();
    expect(await far.ended).toMatchObject(FIN);
    expect(far.remainder).toEqual(Buffer.from([0x82]));
    expect(log.all('fin')).toMatchObject([{ from: side, insideFrame: { got: 0, of: 0 } }]);
  });

  test('a process that leaves: FIN, and RST once something is sent to it', async () => {
    const { near, far, log, farSide } = await from(side);
    near.close();
    expect(await far.ended).toMatchObject(FIN);
    // The first word is answered by an RST that nobody can see behind a FIN; the next one fails on it (FIELD-NOTES §4).
    while (!far.endings.some(({ manner }) => manner === 'rst')) await far.text('are you there?').catch(() => undefined);
    await log.end();
    expect(log.all('fin')).toMatchObject([{ from: side }]);
    expect(log.all('rst')).toMatchObject([{ from: side }]);
    expect(farSide).not.toBe(side);
  });

  test('a FIN that is followed by nothing leaves the other direction open', async () => {
    const { near, far, log, gateway } = await from(side);
    near.fin();
    await far.ended;
    await far.text('one');
    await near.gotFrame();
    expect(gateway.open).toBe(1);
    expect(log.totals).toBeNull();
  });

  test('an RST while it is not being read, because the other side is slow', async () => {
    const { near, far, log } = await from(side);
    far.pause();
    const frame = encodeFrame({ opcode: OPCODE.binary, payload: Buffer.alloc(1 << 20), mask: side === 'client' });
    void Promise.all(Array.from({ length: 64 }, () => near.send(frame))).catch(() => undefined);
    await log.fact('pause');
    near.rst();
    far.resume();
    expect(await far.ended).toMatchObject(RST);
    await log.end();
    expect(log.all('rst')).toMatchObject([{ from: side }]);
    expect(log.all('resume')).toHaveLength(1);
  });

  test.each([
    ['1000 with a reason', { payload: Buffer.from('\x03\xe8normal', 'latin1') }, { code: 1000, reason: 'normal' }],
    ['no code', { payload: '' }, { code: null, reason: '' }],
    ['one byte of payload', { payload: '\x03' }, { code: null, reason: '' }],
    ['1006, which must not be sent', { payload: Buffer.from([3, 0xee]) }, { code: 1006, reason: '' }],
    ['code 0', { payload: Buffer.from([0, 0]) }, { code: 0, reason: '' }],
    ['a reason that is no UTF-8', { payload: Buffer.from([3, 0xe8, 0xff]) }, { code: 1000 }],
    [
      '125 bytes',
      { payload: Buffer.concat([Buffer.from([0x0f, 0xa0]), Buffer.alloc(123, 'x')]) },
      { code: 4000, reason: 'x'.repeat(123) },
    ],
    ['RSV1', { payload: Buffer.from([3, 0xe8]), rsv: 4 }, { code: 1000 }],
  ])('a Close frame byte for byte: %s', async (_name, spec, seen) => {
    const { near, far, log, farSide } = await from(side);
    const masks = side === 'client';
    const wire = encodeFrame({ opcode: OPCODE.close, mask: masks, ...spec });
    await near.send(wire);
    expect((await far.gotFrame()).wire).toEqual(wire);
    expect(log.all('close-frame')).toMatchObject([{ from: side, masked: masks, echo: false, ...seen }]);
    await far.closeFrame(1000);
    await near.gotFrame();
    expect(log.all('close-frame')[1]).toMatchObject({ from: farSide, masked: !masks, echo: true, code: 1000 });
    near.fin();
    far.fin();
    await log.end();
    expect(log.all('fin')).toHaveLength(2);
  });

  test('a Close frame with the wrong masking as it came', async () => {
    const { near, far, log } = await from(side);
    const wire = encodeFrame({ opcode: OPCODE.close, payload: Buffer.from([3, 0xe9]), mask: side === 'server' });
    await near.send(wire);
    expect((await far.gotFrame()).wire).toEqual(wire);
    expect(log.all('close-frame')).toMatchObject([{ from: side, masked: side === 'server', code: 1001 }]);
    expect(log.all('frame-fault')).toHaveLength(1);
  });

  test('a Close frame without an echo, and the FIN behind it: nothing is made up', async () => {
    const { near, far, log } = await from(side);
    await near.closeThenFin(1001, 'going');
    expect(await far.ended).toMatchObject(FIN);
    far.fin();
    expect(await near.ended).toMatchObject(FIN);
    expect(near.frames).toEqual([]);
    expect(far.frames).toHaveLength(1);
    await log.end();
    expect(log.kinds.slice(2)).toEqual(['close-frame', 'fin', 'fin', 'ended']);
  });
});

describe('both sides at once', () => {
  test('FIN', async () => {
    const { client, server, log } = await openStage();
    client.fin();
    server.fin();
    expect(await Promise.all([client.ended, server.ended])).toMatchObject([FIN, FIN]);
    await log.end();
    expect(log.kinds.slice(2)).toEqual(['fin', 'fin', 'ended']);
  });

  test('RST', async () => {
    const { client, server, log } = await openStage();
    client.rst();
    server.rst();
    await log.end();
    expect(log.all('rst').length).toBeGreaterThan(0);
    expect(log.kinds.at(-1)).toBe('ended');
  });

  test('FIN from one and RST from the other', async () => {
    const { client, server, log } = await openStage();
    client.fin();
    server.rst();
    expect(await client.ended).toMatchObject(RST);
    await log.end();
    expect(log.kinds.at(-1)).toBe('ended');
  });

  test('Close frames that cross', async () => {
    const { client, server, log } = await openStage();
    await Promise.all([client.closeThenFin(1000), server.closeThenFin(1001)]);
    await log.end();
    expect(log.all('close-frame')).toHaveLength(2);
    expect(log.all('close-frame').filter(({ echo }) => echo)).toHaveLength(1);
  });
});

describe('the records of an end', () => {
  test('have it last and once, and are judged at the first act', async () => {
    const { client, server, log, recording } = await openStage();
    await client.closeFrame(1000);
    await server.gotFrame();
    await server.closeThenFin(1000);
    await client.ended;
    client.fin();
    await log.end();
    expect(recording.told).toEqual([['act close-frame', 'ended']]);
    expect(log.kinds.filter((kind) => kind === 'ended')).toHaveLength(1);
    const times = log.facts.map(({ at }) => at);
    expect(times).toEqual([...times].sort((a, b) => a - b));
  });
});
