import type { Site, SocketPath } from '../sites.ts';
import type { Trials } from '../trials.ts';

/** Single sign-on makes cookies large: what becomes of an upgrade that carries one, and of one whose answer sets one. */
export interface CookieResult {
  readonly bytes: number;
  /** What the client got; null where no answer came. */
  readonly status: number | null;
}

/** Bytes of the whole Cookie line. */
const SENT_BYTES = [4, 8, 16, 32].map((kib) => kib * 1024);
const SET_BYTES = [2, 4, 8, 16].map((kib) => kib * 1024);

const LINE = 'Cookie: \r\n'.length;
const NAME = 'MMAUTHTOKEN=';

export function measureSentCookies(trials: Trials, site: Site, path: SocketPath): Promise<readonly CookieResult[]> {
  return Promise.all(
    SENT_BYTES.map(async (bytes) => {
      const cookie = NAME + 'c'.repeat(bytes - LINE - NAME.length);
      const trial = await trials.upgrade(site, path, ['Cookie', cookie]);
      trial.client?.close();
      return { bytes, status: trial.answer?.status ?? null };
    }),
  );
}

/** The backend upgrades each time; what the client gets is nginx's doing. */
export function measureSetCookies(trials: Trials, site: Site, path: SocketPath): Promise<readonly CookieResult[]> {
  return Promise.all(
    SET_BYTES.map(async (bytes) => {
      const trial = await trials.upgrade(site, path, [], { setCookieBytes: bytes });
      trial.client?.close();
      return { bytes, status: trial.answer?.status ?? null };
    }),
  );
}
