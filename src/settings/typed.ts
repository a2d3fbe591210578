import { blameTap } from './blame.ts';
import type { GivenTap } from './layer.ts';
import type { Merged } from './merge.ts';
import type { Checked, CheckedTap } from './schema.ts';
import type { ServeSettings, TapSettings } from './serve-settings.ts';
import { SettingsError } from './source.ts';

/** The checked values under the names and shapes that the commands use. @throws SettingsError about half a pair of TLS settings */
export function typed(checked: Checked, merged: Merged): ServeSettings {
  return {
    taps: checked.taps.map((tap, i) => typedTap(tap, merged.taps[i])),
    page: checked.page === null ? null : { ...checked.page, hosts: checked['page-host'] ?? [] },
    token: checked.token ?? null,
    dataDir: checked.data,
    keepaliveMs: checked.keepalive,
    deadAfter: checked['dead-after'],
    payload: checked.payload,
    keepMs: checked.keep,
    maxDiskBytes: checked['max-disk'],
    maxConnections: checked['max-connections'],
    drainMs: checked.drain,
    logLevel: checked['log-level'],
  };
}

function typedTap(tap: CheckedTap, given: GivenTap | undefined): TapSettings {
  const refuse = (key: 'cert' | 'key' | 'ca' | 'insecure' | 'servername', says: string) =>
    given === undefined ? new SettingsError(says) : blameTap(given, key, says);
  if (tap.cert !== undefined && tap.key === undefined) throw refuse('cert', 'needs key= beside it');
  if (tap.key !== undefined && tap.cert === undefined) throw refuse('key', 'needs cert= beside it');
  for (const key of ['ca', 'insecure', 'servername'] as const) {
    if (tap[key] !== undefined && !tap.target.secure) throw refuse(key, 'is for an https target; this one is http');
  }
  if (tap.insecure === true && tap.ca !== undefined) throw refuse('ca', 'means nothing beside insecure');
  return {
    name: tap.name,
    listen: tap.listen,
    target: tap.target,
    behind: tap.behind ?? null,
    before: tap.before ?? null,
    idleMs: tap.idle ?? null,
    tls: tap.cert === undefined || tap.key === undefined ? null : { cert: tap.cert, key: tap.key },
    targetTls: tap.target.secure
      ? { ca: tap.ca ?? null, insecure: tap.insecure ?? false, servername: tap.servername ?? null }
      : null,
    appendForwarded: tap.forwarded === 'append',
  };
}
