import type { Directive, Position, Span } from '../../nginx/parse/tree.ts';
import type { Change } from '../../nginx/prove/copy/place.ts';
import type { SiteResult, SocketResult } from '../../nginx/prove/measure.ts';
import type { UpgradeResult } from '../../nginx/prove/measurements/upgrade.ts';
import type { Proof } from '../../nginx/prove/prove.ts';
import { versionText } from '../../nginx/version.ts';
import type { RawHeaders } from '../../wire/http-head.ts';

/** `prove --json`: fields may be added, never renamed. Times are ms; where timers were scaled, `scaledMs` is what passed. */
export function jsonProof(proof: Proof): unknown {
  const { measured, scale } = proof;
  return {
    nginx: proof.version === null ? null : versionText(proof.version),
    waitMs: proof.waitMs,
    scale,
    sites: measured.sites.map((site) => jsonSite(site, scale)),
    unmeasured: proof.unmeasured.map(({ server, ...rest }) => ({ ...rest, at: placeOf(server) })),
    unknownNames: measured.unknownNames.map(({ scope, ...rest }) => ({
      ...rest,
      by: placeOf(scope?.directive ?? null),
    })),
    reload: measured.reload,
    problems: proof.problems,
    claims: proof.claims.map(({ finding, verdict, says }) => ({
      rule: finding.rule.id,
      severity: finding.severity,
      ...positionOf(finding.at),
      summary: finding.summary,
      verdict,
      says,
    })),
    unsaid: proof.unsaid,
    copy: { changes: proof.changes.map(({ at, ...rest }: Change) => ({ ...rest, ...at })) },
  };
}

function jsonSite(result: SiteResult, scale: number): unknown {
  const { site } = result;
  return {
    origin: site.origin,
    address: site.listener.address,
    alike: site.alike,
    name: site.name,
    kind: result.kind,
    server: placeOf(result.server),
    upgrades: result.upgrades.map(jsonUpgrade),
    hostAndOrigin: result.origin,
    measuredWithoutPort: result.withoutPort,
    clientCertificate: placeOf(result.clientCertificate),
    refusal: result.refusal,
    plain: result.plain,
    cookies: result.sentCookies,
    setCookies: result.setCookies,
    sockets: result.sockets.map((socket) => jsonSocket(socket, scale)),
  };
}

const jsonUpgrade = ({ path, through, answer, failure, received, answered }: UpgradeResult): unknown => ({
  path: path.path,
  kind: path.kind,
  through,
  answer: answer === null ? null : { status: answer.status, reason: answer.reason, headers: pairs(answer.headers) },
  failure,
  received: received === null ? null : { ...received, headers: pairs(received.headers) },
  location: placeOf(answered?.scope.directive ?? null),
});

function jsonSocket({ path, timer, idle, rearmedByClient, rearmedByServer }: SocketResult, scale: number): unknown {
  const cut = idle.kind === 'cut' ? { ...idle, afterMs: idle.afterMs * scale, scaledMs: idle.afterMs } : idle;
  return {
    path: path.path,
    timer: timer === null ? null : { name: timer.name, ms: timer.ms, from: placeOf(timer.from) },
    idle: cut,
    rearmedByClient,
    rearmedByServer,
  };
}

function pairs(headers: RawHeaders): readonly (readonly [string, string])[] {
  return headers.flatMap((name, nth) => (nth % 2 === 0 ? [[name, headers[nth + 1] ?? ''] as const] : []));
}

const positionOf = ({ source, start }: Span): Position => source.position(start);

const placeOf = (directive: Directive | null): Position | null =>
  directive === null ? null : positionOf(directive.nameWord.span);
