import type { ConnectionPlace } from '../../evidence/journal-reader.ts';

/** The cursor of a list is not one that this archive gave. */
export class CursorError extends Error {
  override readonly name = 'CursorError';
  /** For HTTP: whoever asks is at fault. */
  readonly status = 400;

  constructor() {
    super('this cursor is not one of hangup: leave it out to begin at the first page');
  }
}

/** Where a page ended, as text that says nothing to others. */
export const cursorOf = ({ closedAt, number }: ConnectionPlace): string =>
  Buffer.from(JSON.stringify([closedAt, number])).toString('base64url');

/** @throws CursorError */
export function placeOf(cursor: string): ConnectionPlace {
  const place = parsed(Buffer.from(cursor, 'base64url').toString());
  if (!Array.isArray(place) || place.length !== 2) throw new CursorError();
  const [closedAt, number]: unknown[] = place;
  if (closedAt !== null && typeof closedAt !== 'number') throw new CursorError();
  if (typeof number !== 'number' || !Number.isInteger(number)) throw new CursorError();
  return { closedAt, number };
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    throw new CursorError();
  }
}
