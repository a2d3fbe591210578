import type { Directive } from '../../parse/tree.ts';

/** The timers that can end an open WebSocket, and what `--scale` makes of them. */

/** nginx's own values in ms, where nothing is set (ngx_http_upstream, ngx_http_core_module). */
export const TIMER_DEFAULTS_MS: Readonly<Record<string, number>> = {
  proxy_read_timeout: 60_000,
  proxy_send_timeout: 60_000,
  send_timeout: 60_000,
};

const SCALED = new Set([...Object.keys(TIMER_DEFAULTS_MS), 'worker_shutdown_timeout']);

export const isScaled = (name: string): boolean => SCALED.has(name);

const UNIT_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
  M: 2_592_000_000,
  y: 31_536_000_000,
};

/** Reads a time as nginx does: `90`, `1m30s`, `500ms` (ngx_parse_time). @returns ms, or null where it is none */
export function timeMs(text: string): number | null {
  if (!/^(\d+(ms|[smhdwMy])? *)+$/.test(text)) return null;
  let sum = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+)(ms|[smhdwMy])?/g))
    sum += Number(amount) * (UNIT_MS[unit ?? 's'] ?? 0);
  return sum;
}

/** The timer's argument in the copy. @returns null where it is left as it is */
export function copiedTime(directive: Directive, { scale, keepsIdle }: TimersOfCopy): string | null {
  if (keepsIdle && Object.hasOwn(TIMER_DEFAULTS_MS, directive.name)) return NEVER;
  const ms = timeMs(directive.args[0]?.text ?? '');
  return scale === 1 || ms === null || ms === 0 || !isScaled(directive.name) ? null : scaledMs(ms, scale);
}

/** The timers that the copy's http block sets, as nothing in the original does. @param set names that it sets itself */
export function copiedDefaults(set: ReadonlySet<string>, { scale, keepsIdle }: TimersOfCopy): readonly string[] {
  const unset = Object.entries(TIMER_DEFAULTS_MS).filter(([name]) => !set.has(name));
  if (keepsIdle) return unset.map(([name]) => `${name} ${NEVER};`);
  return scale === 1 ? [] : unset.map(([name, ms]) => `${name} ${scaledMs(ms, scale)};`);
}

export interface TimersOfCopy {
  readonly scale: number;
  readonly keepsIdle: boolean;
}

/** Longer than anybody measures. */
const NEVER = '30d';

/** @returns at least 1 ms, as 0 would switch a timer off */
const scaledMs = (ms: number, scale: number): string => `${Math.max(1, Math.round(ms / scale))}ms`;

/** A timer in force at some place: the innermost line that sets it, or nginx's default. */
export interface TimerInForce {
  readonly name: string;
  /** Without any scale; null where nothing sets it and nginx has no default, or where it is no time. */
  readonly ms: number | null;
  readonly from: Directive | null;
}

/**
 * @param at the innermost block of the request; a scalar comes from the nearest level that has it
 * @param top what stands around every block: the whole configuration's own lines
 */
export function timerInForce(name: string, at: Directive, top: readonly Directive[]): TimerInForce {
  const find = (lines: readonly Directive[]): Directive | undefined => lines.find((line) => line.name === name);
  let from = find(at.block?.children ?? []);
  for (let level = at.parent; from === undefined && level !== null; level = level.parent) {
    from = find(level.block?.children ?? []);
  }
  from ??= find(top);
  if (from !== undefined) return { name, ms: timeMs(from.args[0]?.text ?? ''), from };
  return { name, ms: TIMER_DEFAULTS_MS[name] ?? null, from: null };
}
