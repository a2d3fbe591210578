import { lifeOfIdle } from './measurements/idle.ts';
import { kib, LEAST_IDLE_MS, seconds } from './problems.ts';
import { confirmed, type Evidence, type Ruling, refuted, untestable } from './ruling.ts';

/** Claims about time, reloads and sizes. */

export function idleRuling({ sites, asked, scale, finding }: Evidence): Ruling {
  const paths = new Set(asked.map(({ upgrade }) => upgrade.path.path));
  const sockets = sites.flatMap((site) => site.sockets).filter(({ path }) => paths.has(path.path));
  for (const { idle, timer } of sockets) {
    if (idle.kind !== 'cut') continue;
    const says = `an idle socket is cut after ${seconds(idle.afterMs * scale)}`;
    const soon = lifeOfIdle(idle.afterMs, timer, scale) < LEAST_IDLE_MS;
    return soon || finding.severity === 'note' ? confirmed(says) : refuted(says);
  }
  const results = sockets.map(({ idle }) => idle);
  const open = results.find((result) => result.kind === 'open');
  if (open === undefined) return untestable('no WebSocket could be opened to wait with');
  const says = `an idle socket is still open after ${seconds(open.waitedMs * scale)}`;
  return finding.severity === 'note' || open.waitedMs * scale < LEAST_IDLE_MS ? untestable(says) : refuted(says);
}

export function loggedRuling({ sites }: Evidence): Ruling {
  const cuts = sites.flatMap(({ sockets }) => sockets.map(({ idle }) => idle)).filter((idle) => idle.kind === 'cut');
  const silent = cuts.find(({ logged }) => logged.info && !logged.operator);
  if (silent !== undefined) return confirmed('nginx cut an idle socket, and the error log does not say so');
  return cuts.some(({ logged }) => logged.operator)
    ? refuted('nginx cut an idle socket, and the error log says so')
    : untestable('nginx cut no idle socket in that time');
}

export function reloadRuling({ measured: { reload, shutdownTimeout }, scale }: Evidence): Ruling {
  if (reload === null || reload.open === 0) return untestable('no WebSocket could be opened to reload with');
  const [first] = reload.cutAfterMs;
  if (first !== undefined) {
    const says = `a reload cut ${reload.cutAfterMs.length} of ${reload.open} open sockets after ${seconds(first * scale)}`;
    return shutdownTimeout.ms === null ? refuted(says) : confirmed(says);
  }
  const says = `${reload.usable} of ${reload.open} open sockets were usable ${seconds(reload.watchedMs)} after a reload`;
  return shutdownTimeout.ms === null ? confirmed(`${says}, in the old worker`) : untestable(says);
}

/** One rule, two directives: what clients send, and what the backend's answer sets. */
export function cookieRuling({ sites, finding }: Evidence): Ruling {
  const sets = finding.measured === 'answer-headers';
  const tried = sites.flatMap((site) => (sets ? site.setCookies : site.sentCookies));
  const last = tried.at(-1);
  if (last === undefined) return untestable('no WebSocket could be opened to try with');
  const failed = tried.find(({ status }) => status !== 101);
  if (failed === undefined) return refuted(`${kib(last.bytes)} of cookies pass`);
  const got = failed.status ?? 'no answer';
  return confirmed(
    sets
      ? `an answer that sets ${kib(failed.bytes)} of cookies becomes ${got}`
      : `${kib(failed.bytes)} of cookies get ${got}`,
  );
}
