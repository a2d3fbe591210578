import { formatDuration } from '../words/duration.ts';
import { formatAddress } from './address.ts';
import { formatKeepalive } from './keepalive.ts';
import type { LoadedSettings } from './load.ts';
import type { SettingName, TapKey } from './names.ts';
import { formatPage } from './page.ts';
import type { ServeSettings, TapSettings } from './serve-settings.ts';
import { formatSize } from './size.ts';
import { describeSource } from './source.ts';
import { formatTarget } from './target.ts';

const NOT_GIVEN = 'default';

/** What `serve --print-settings` prints: one line a setting with its value and its source, in three columns. */
export function printSettings({ settings, merged }: LoadedSettings): string {
  const rows: [name: string, value: string, source: string][] = [];
  for (const [i, tap] of settings.taps.entries()) {
    const keys = merged.taps[i]?.keys;
    for (const [key, value] of tapValues(tap)) {
      const source = keys?.get(key)?.source;
      rows.push([`tap ${tap.name} ${key}`, value, source === undefined ? NOT_GIVEN : describeSource(source)]);
    }
  }
  for (const [name, value] of plainValues(settings)) {
    const source = merged.values.get(name)?.source;
    rows.push([name, value, source === undefined ? NOT_GIVEN : describeSource(source)]);
  }
  const width = (column: 0 | 1) => Math.max(...rows.map((row) => row[column].length));
  return rows
    .map(([name, value, source]) => `${name.padEnd(width(0))}  ${value.padEnd(width(1))}  ${source}\n`)
    .join('');
}

function tapValues(tap: TapSettings): [TapKey, string][] {
  const values: [TapKey, string | null][] = [
    ['listen', formatAddress(tap.listen)],
    ['target', formatTarget(tap.target)],
    ['behind', tap.behind],
    ['before', tap.before],
    ['cert', tap.tls?.cert ?? null],
    ['key', tap.tls?.key ?? null],
    ['ca', tap.targetTls?.ca ?? null],
    ['insecure', tap.targetTls?.insecure === true ? 'true' : null],
    ['servername', tap.targetTls?.servername ?? null],
    ['forwarded', tap.appendForwarded ? 'append' : 'off'],
    ['idle', tap.idleMs === null ? null : formatDuration(tap.idleMs)],
  ];
  return values.flatMap(([key, value]): [TapKey, string][] => (value === null ? [] : [[key, value]]));
}

function plainValues(settings: ServeSettings): [SettingName, string][] {
  return [
    ['page', settings.page === null ? 'off' : formatPage(settings.page)],
    ['page-host', settings.page?.hosts.join(',') || 'none'],
    // The token opens the inspector: that it is set is all that may be shown.
    ['token', settings.token === null ? 'made at start' : 'set (not shown)'],
    ['data', settings.dataDir],
    ['keepalive', formatKeepalive(settings.keepaliveMs)],
    ['dead-after', settings.deadAfter === null ? 'off' : String(settings.deadAfter)],
    ['payload', settings.payload],
    ['keep', formatDuration(settings.keepMs)],
    ['max-disk', formatSize(settings.maxDiskBytes)],
    ['max-connections', settings.maxConnections === null ? 'none' : String(settings.maxConnections)],
    ['drain', formatDuration(settings.drainMs)],
    ['log-level', settings.logLevel],
  ];
}
