import { headerTokens, headerValues } from '../../wire/http-head.ts';
import type { Received } from './backend.ts';
import type { SiteResult } from './measure.ts';
import { hostText, originOf } from './measurements/origin.ts';
import type { UpgradeResult } from './measurements/upgrade.ts';
import type { Shown } from './ruling.ts';

/** What one request shows, as the backend received it. */

export function missingToken({ headers, status }: Received, name: 'upgrade' | 'connection', token: string): Shown {
  const values = headerValues(headers, name);
  const label = name === 'upgrade' ? 'Upgrade' : 'Connection';
  const shown = values.length === 0 ? `no ${label} header` : `"${label}: ${values.join(', ')}"`;
  return {
    wrong: !headerTokens(headers, name).includes(token),
    says: `the backend received ${shown} and answered ${status}`,
  };
}

/** What RFC 6455 §4.2.1 asks for beside Upgrade and Connection. */
const HANDSHAKE = ['Sec-WebSocket-Key', 'Sec-WebSocket-Version'] as const;

/** An upgrade without its own headers is none, whatever Upgrade says. */
export function missingUpgrade(request: Received): Shown {
  const lost = HANDSHAKE.filter((name) => headerValues(request.headers, name).length === 0);
  if (lost.length === 0) return missingToken(request, 'upgrade', 'websocket');
  return { wrong: true, says: `the backend received no ${lost.join(' and no ')}, and answered ${request.status}` };
}

export function droppedHeaders(upgrade: UpgradeResult, { site }: SiteResult): Shown | null {
  const { received, path } = upgrade;
  const origin = originOf(site, upgrade);
  if (received === null || origin === null) return null;
  const lost = [
    ...(missingToken(received, 'upgrade', 'websocket').wrong ? ['Upgrade'] : []),
    ...(missingToken(received, 'connection', 'upgrade').wrong ? ['Connection'] : []),
    ...(origin.accepted ? [] : [`the browser's Host (it received ${hostText(origin)})`]),
  ];
  return lost.length === 0
    ? { wrong: false, says: `Upgrade, Connection and Host arrive for ${path.path}` }
    : { wrong: true, says: `${lost.join(', ')} did not arrive for ${path.path}` };
}

export function rewrittenPath({ path, received }: UpgradeResult): Shown | null {
  if (received === null) return null;
  const target = received.target.split('?', 1)[0] ?? '';
  return { wrong: target !== path.path, says: `${path.path} arrives as ${target}` };
}

/** Mattermost's clients say there which connection they come back to (FIELD-NOTES §1), and so does that of the measurements. */
export function receivedQuery({ path, received }: UpgradeResult): Shown | null {
  if (received === null) return null;
  const query = received.target.split('?', 2)[1] ?? '';
  const wrong = !query.includes('connection_id=');
  const says = query === '' ? 'without a query' : `with the query ${query}`;
  return { wrong, says: `${path.path}?connection_id=… arrives ${says}` };
}

export function sentHost(upgrade: UpgradeResult, result: SiteResult): Shown | null {
  // Where the port was lost the other measurements go on without it, but the first answer is the browser's.
  const origin = upgrade.path.kind === 'main' ? result.origin : originOf(result.site, upgrade);
  if (origin === null) return null;
  const compared = origin.accepted ? 'which Mattermost accepts' : 'which Mattermost refuses with 403';
  return { wrong: !origin.accepted, says: `Origin ${origin.origin} arrives with ${hostText(origin)}, ${compared}` };
}

export function forwardedProto({ headers }: Received): Shown {
  const [value] = headerValues(headers, 'x-forwarded-proto');
  const says = value === undefined ? 'does not arrive' : `arrives as "${value}"`;
  return { wrong: value !== 'https', says: `X-Forwarded-Proto ${says}` };
}
