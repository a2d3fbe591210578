import { Random } from './random.ts';

/** Ways to cut the same bytes into reads. What is read out of them must not depend on it. */
export interface Chunking {
  readonly name: string;
  readonly chunks: readonly Buffer[];
}

/** Streams up to this size are cut at every point, and byte by byte. */
const SMALL = 200;
const SEEDS = [1, 2, 3, 4, 5];

export function chunkings(stream: Buffer, largest = 70_000): Chunking[] {
  const list: Chunking[] = [{ name: 'one chunk', chunks: [stream] }];
  if (stream.length <= SMALL) {
    list.push({ name: 'byte by byte', chunks: byteByByte(stream) });
    for (let at = 1; at < stream.length; at++) list.push({ name: `cut at ${at}`, chunks: cutAt(stream, at) });
    list.push({
      name: 'empty reads in between',
      chunks: byteByByte(stream).flatMap((byte) => [Buffer.alloc(0), byte]),
    });
  } else {
    // Around the header and around the end is where a reader goes wrong.
    for (let at = 1; at <= 16; at++) list.push({ name: `cut at ${at}`, chunks: cutAt(stream, at) });
    for (let at = 1; at <= 4; at++) {
      list.push({ name: `cut ${at} before the end`, chunks: cutAt(stream, stream.length - at) });
    }
  }
  for (const seed of SEEDS) {
    list.push({ name: `random cuts, seed ${seed}`, chunks: randomCuts(stream, new Random(seed), largest) });
  }
  return list;
}

export function byteByByte(stream: Buffer): Buffer[] {
  return Array.from(stream, (_, at) => stream.subarray(at, at + 1));
}

export function cutAt(stream: Buffer, at: number): Buffer[] {
  return [stream.subarray(0, at), stream.subarray(at)];
}

/** Chunks of 1 to a few bytes, or of up to `largest`: small ones hit headers, large ones hold several frames. */
export function randomCuts(stream: Buffer, random: Random, largest: number): Buffer[] {
  const chunks: Buffer[] = [];
  for (let at = 0; at < stream.length; ) {
    const size = 1 + random.below(random.oneIn(3) ? 4 : largest);
    chunks.push(stream.subarray(at, at + size));
    at += size;
  }
  return chunks;
}
