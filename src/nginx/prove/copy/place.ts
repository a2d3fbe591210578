import type { Directive, Position } from '../../parse/tree.ts';
import type { NginxVersion } from '../../version.ts';

/** Where a private copy of a configuration is to live, and what it comes out as. */

export interface Place {
  /** Absolute, without a slash at its end. Every path of the copy is in it. */
  readonly folder: string;
  /** The loopback port that stands for each address of `listenAddresses`. */
  readonly ports: ReadonlyMap<string, number>;
  /** hangup's own backend; it speaks plain HTTP and TLS on one port. */
  readonly backendPort: number;
  /** By how much the timers that can end a WebSocket are divided; 1 leaves them as they are. */
  readonly scale: number;
  /** Whether idle sockets are to stay open, so that a reload alone can end them. */
  readonly keepsIdle: boolean;
  /** Whether nginx's worker must stay root, for want of another user who may read the folder. */
  readonly asRoot: boolean;
  readonly nginx: NginxBuild;
}

/** What `nginx -V` says of the nginx that is to run the copy. */
export interface NginxBuild {
  readonly version: NginxVersion | null;
  /** Where its dynamic modules are. */
  readonly modulesFolder: string;
  /** File names of those that are there. */
  readonly modules: ReadonlySet<string>;
  /** Names of `--without-http_…_module`, such as `uwsgi`. */
  readonly without: ReadonlySet<string>;
  /** Whether the module of `geoip_country` is built in, so that its variables are known without a database. */
  readonly hasGeoip: boolean;
}

/** One thing that the copy has otherwise than the original. */
export interface Change {
  readonly kind: 'changed' | 'left-out' | 'missing';
  readonly directive: string;
  readonly at: Position;
  readonly says: string;
}

/** A line that could not be made harmless: nothing is run. */
export interface Refusal extends Position {
  readonly says: string;
}

/** A server, location, `if` or `limit_except` of the copy, as nginx names it in the log of who answered. */
export interface Scope {
  readonly number: number;
  readonly directive: Directive;
}

export interface PrivateCopy {
  readonly text: string;
  /** For each line of the text, the place it comes from; null for hangup's own. */
  readonly lines: readonly (Position | null)[];
  readonly changes: readonly Change[];
  readonly refusals: readonly Refusal[];
  readonly scopes: readonly Scope[];
  /** Names that stand for upstream addresses in the copy → the address as it was written. */
  readonly markers: ReadonlyMap<string, string>;
}

/** The files and folders that the copy names, for whoever makes them. All are in the place's folder. */
export const PLACES = {
  web: 'www',
  temporary: 'temp',
  users: 'users',
  errorLog: 'error.log',
  /** Everything that nginx says at level info, whatever the operator's level. */
  infoLog: 'info.log',
  /** One JSON object a request: which scope answered. */
  answeredLog: 'answered.log',
  certificates: [
    { certificate: 'rsa.crt', key: 'rsa.key' },
    { certificate: 'ec.crt', key: 'ec.key' },
  ],
} as const;
