import { headerValues } from '../../../wire/http-head.ts';
import { originPasses } from '../mattermost-answer.ts';
import type { Site } from '../sites.ts';
import type { UpgradeResult } from './upgrade.ts';

/** The Host and the Origin that Mattermost would compare, for a browser on that site. */
export interface OriginResult {
  readonly origin: string | null;
  readonly host: string | null;
  /** What a browser there sends as Host. */
  readonly expected: string;
  readonly accepted: boolean;
}

/** @returns null where the request did not reach the backend */
export function originOf(site: Site, { received }: UpgradeResult): OriginResult | null {
  if (received === null) return null;
  return {
    origin: headerValues(received.headers, 'origin')[0] ?? null,
    host: headerValues(received.headers, 'host')[0] ?? null,
    expected: site.host,
    accepted: originPasses(received.headers),
  };
}

/** `Host "chat.example.com"`, or that there is none. */
export const hostText = ({ host }: OriginResult): string => (host === null ? 'no Host' : `Host "${host}"`);
