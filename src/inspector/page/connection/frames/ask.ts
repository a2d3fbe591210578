import type { FramesPage, GapsPage } from '../../../api.ts';
import { getJson } from '../../http.ts';
import { pathOf } from '../detail.ts';
import type { AskFrames } from './places.ts';
import { SILENCE_MS } from './silences.ts';

/** `GET …/frames` */
export const asksFrames =
  (id: string): AskFrames =>
  (query, signal) =>
    getJson<FramesPage>(`${pathOf(id)}/frames`, { ...query }, signal);

/** `GET …/gaps`, those that are shown */
export const gapsOf = (id: string, signal: AbortSignal): Promise<GapsPage> =>
  getJson<GapsPage>(`${pathOf(id)}/gaps`, { minMs: SILENCE_MS }, signal);
