import { harmless } from '../../../words/harmless.ts';
import type { PerSide, SurvivalCurve } from '../../api.ts';
import { about } from './about.ts';

/** `pings every 30 s`, `no pings`, `pings to the client every 30 s`, `pings every 30 s to the client, 1 min to the server` */
export function keepaliveWords({ client, server }: PerSide<number | null>): string {
  if (client === null && server === null) return 'no pings';
  if (client === server && client !== null) return `pings every ${about(client)}`;
  if (server === null && client !== null) return `pings to the client every ${about(client)}`;
  if (client === null && server !== null) return `pings to the server every ${about(server)}`;
  return `pings every ${about(client ?? 0)} to the client, ${about(server ?? 0)} to the server`;
}

/** What a curve is called among the others: the tap only where there are several. */
export function curveName(curve: SurvivalCurve, among: readonly SurvivalCurve[]): string {
  const keepalive = keepaliveWords(curve.keepaliveMs);
  return among.some(({ tap }) => tap !== curve.tap) ? `${keepalive} (${harmless(curve.tap)})` : keepalive;
}
