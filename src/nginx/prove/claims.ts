import type { Configuration, Directive, Span } from '../parse/tree.ts';
import type { Finding } from '../rules/rule.ts';
import { everyDirective } from './copy/definitions.ts';
import { rulingOn } from './evidence.ts';
import { type Measured, type SiteResult, serversOf } from './measure.ts';
import type { Problem } from './problems.ts';
import type { Asked, Ruling } from './ruling.ts';

/** Beside `check`: what each finding claims, and what the measurements say to that. */
export interface Claim extends Ruling {
  readonly finding: Finding;
}

export function claimsOf(
  configuration: Configuration,
  findings: readonly Finding[],
  measured: Measured,
  scale: number,
): readonly Claim[] {
  return findings.map((finding) => {
    const around = blocksAround(configuration, finding.at);
    const servers = new Set(around.map((block) => enclosing(block, isServer)).filter((server) => server !== null));
    const all = measured.sites.filter((site) => servers.size === 0 || isIn(servers, site));
    const sites = concerned(all);
    const asked = askedOf(sites, around);
    const askedAnywhere = askedOf(all, around);
    return { finding, ...rulingOn({ finding, sites, asked, askedAnywhere, measured, scale, servers }) };
  });
}

/** What was measured to be wrong, and that no confirmed finding had said. */
export function unsaid(problems: readonly Problem[], claims: readonly Claim[]): readonly Problem[] {
  const confirmed = new Set(
    claims.filter(({ verdict }) => verdict === 'confirmed').map(({ finding }) => finding.rule.id),
  );
  return problems.filter(({ rules }) => !rules.some((rule) => confirmed.has(rule)));
}

function isIn(servers: ReadonlySet<Directive>, site: SiteResult): boolean {
  return serversOf(site).some((each) => servers.has(each));
}

/** Where some of the sites ask a backend, a finding is about those. */
function concerned(sites: readonly SiteResult[]): readonly SiteResult[] {
  const proxied = sites.filter(({ kind }) => kind === 'proxied');
  return proxied.length > 0 ? proxied : sites;
}

/** A finding in a location is about the requests that it answers; any other about Mattermost's own socket. */
function askedOf(sites: readonly SiteResult[], around: readonly Directive[]): readonly Asked[] {
  const all = sites.flatMap((site) => site.upgrades.map((upgrade) => ({ site, upgrade })));
  const locations = around.map((block) => enclosing(block, isLocation)).filter((location) => location !== null);
  if (locations.length === 0) return all.filter(({ upgrade }) => upgrade.path.kind === 'main');
  return all.filter(({ upgrade: { answered } }) => {
    const by = answered?.scope.directive ?? null;
    return by !== null && locations.some((location) => enclosing(by, (block) => block === location) !== null);
  });
}

/** The innermost directives in which a place stands: one for each inclusion of its file. */
function blocksAround(configuration: Configuration, at: Span): readonly Directive[] {
  const around: Directive[] = [];
  for (const directive of everyDirective(configuration.directives)) {
    const { source, start, end } = directive.span;
    if (source === at.source && start <= at.start && at.start < end) around.push(directive);
  }
  return around.filter((outer) => !around.some(({ parent }) => parent === outer));
}

const isServer = ({ name, block }: Directive): boolean => name === 'server' && block !== null;
const isLocation = ({ name, block }: Directive): boolean => name === 'location' && block !== null;

function enclosing(directive: Directive, wanted: (block: Directive) => boolean): Directive | null {
  for (let level: Directive | null = directive; level !== null; level = level.parent) if (wanted(level)) return level;
  return null;
}
