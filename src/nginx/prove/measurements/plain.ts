import { headerValues } from '../../../wire/http-head.ts';
import type { RawClient } from '../client.ts';
import type { Site } from '../sites.ts';
import type { Trials } from '../trials.ts';
import { receivedOf } from './upgrade.ts';

/** That requests without Upgrade still work: pages, the API, a POST, one after the other on one connection. */
export interface PlainResult {
  readonly requests: readonly PlainRequest[];
  /** Whether the connection could be used again; null where there was nothing to try it with. */
  readonly keepsAlive: boolean | null;
}

export interface PlainRequest {
  readonly method: string;
  readonly path: string;
  readonly status: number | null;
  readonly location: string | null;
  readonly failure: string | null;
  /** Whether the backend had it. */
  readonly reached: boolean;
  /** That nginx spoke to the backend; null where it had none. */
  readonly httpVersion: string | null;
  /** The Connection header that the backend received; null where it had none. */
  readonly connection: string | null;
  /** Names of the header lines that the backend received. */
  readonly names: readonly string[];
}

const REQUESTS = [
  ['GET', '/'],
  ['GET', '/api/v4/system/ping'],
  ['POST', '/api/v4/users/login'],
] as const;

/** @param subpath what stands before Mattermost's own paths */
export async function measurePlain(trials: Trials, site: Site, subpath: string): Promise<PlainResult> {
  const requests: PlainRequest[] = [];
  let keepsAlive: boolean | null = null;
  let open: RawClient | null = null;
  for (const [method, ownPath] of REQUESTS) {
    const path = subpath + ownPath;
    const reused: RawClient | null = open;
    const trial = await trials.plain(site, method, path, reused);
    if (reused !== null) keepsAlive = (keepsAlive ?? true) && trial.answer !== null;
    const received = receivedOf(trial, await trials.answered(trial));
    requests.push({
      method,
      path,
      status: trial.answer?.status ?? null,
      location: trial.answer === null ? null : (headerValues(trial.answer.headers, 'location')[0] ?? null),
      failure: trial.failure,
      reached: received !== null,
      httpVersion: received?.httpVersion ?? null,
      connection: received === null ? null : (headerValues(received.headers, 'connection')[0] ?? null),
      names: received === null ? [] : received.headers.filter((_, nth) => nth % 2 === 0),
    });
    const closes = trial.answer !== null && headerValues(trial.answer.headers, 'connection').includes('close');
    const whole = trial.client !== null && trial.answer !== null && (await trial.client.bodyComes());
    if (closes) keepsAlive = false;
    open = whole && !closes ? trial.client : null;
  }
  open?.close();
  return { requests, keepsAlive };
}
