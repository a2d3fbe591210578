/** An nginx version: `1.22.1`. */
export interface NginxVersion {
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
}

const VERSION = /^(\d{1,4})\.(\d{1,4})(?:\.(\d{1,4}))?$/;
/** What `nginx -v`, `nginx -V` and a dump with `-V` before it say; OpenResty and others put their own name first. */
const SAID = /^nginx version: [\w.-]+\/(\d+\.\d+\.\d+)/m;

/** @returns null for what is no version */
export function parseVersion(text: string): NginxVersion | null {
  const match = VERSION.exec(text.trim());
  if (match === null) return null;
  const [, major, minor, patch] = match;
  return { major: Number(major), minor: Number(minor), patch: Number(patch ?? 0) };
}

/** @param text what nginx printed @returns the version it names, or null */
export function versionSaid(text: string): NginxVersion | null {
  return parseVersion(SAID.exec(text)?.[1] ?? '');
}

/** @returns negative when `a` is older than `b` */
export const compareVersions = (a: NginxVersion, b: NginxVersion): number =>
  a.major - b.major || a.minor - b.minor || a.patch - b.patch;

/** @param version null where nobody knows it @param since such as `1.29.7` @returns null where the version is not known */
export function isAtLeast(version: NginxVersion | null, since: string): boolean | null {
  if (version === null) return null;
  return compareVersions(version, knownVersion(since)) >= 0;
}

/** Each that the tables and rules compare with, read once. */
const knownVersions = new Map<string, NginxVersion>();

function knownVersion(text: string): NginxVersion {
  const known = knownVersions.get(text);
  if (known !== undefined) return known;
  const version = parseVersion(text);
  if (version === null) throw new RangeError(`not a version: ${text}`);
  knownVersions.set(text, version);
  return version;
}

export const versionText = ({ major, minor, patch }: NginxVersion): string => `${major}.${minor}.${patch}`;
