import { check } from './check.ts';
import { connection } from './connection.ts';
import { connections } from './connections.ts';
import { frames } from './frames.ts';
import { gaps } from './gaps.ts';
import { healthz } from './healthz.ts';
import { live } from './live.ts';
import { metrics } from './metrics.ts';
import { payload } from './payload.ts';
import type { Route } from './route.ts';
import { beginSession, endSession } from './session.ts';
import { summary } from './summary.ts';
import { verdicts } from './verdicts.ts';

/** All that can be asked, but for the page's own files. docs/openapi.yaml describes each of them. */
export const ROUTES: readonly Route[] = [
  connections,
  connection,
  frames,
  gaps,
  payload,
  summary,
  verdicts,
  live,
  check,
  beginSession,
  endSession,
  metrics,
  healthz,
];
