import type { Configuration, Directive } from '../../parse/tree.ts';
import { everyDirective } from './definitions.ts';
import { PLACES, type Scope } from './place.ts';
import { quoted } from './words.ts';

/**
 * nginx itself says which block answered a request: each has an access log of its own with its number in it. No rule of
 * precedence is followed here, and nothing else in the configuration can see it.
 */

/** The header by which the client of the measurements numbers its requests. */
export const TRIAL_HEADER = 'X-Hangup-Trial';

/** @returns every block that can have an `access_log` (ngx_http_log_module: server, location, `if` in a location, limit_except) */
export function scopesOf(configuration: Configuration): readonly Scope[] {
  const found: Scope[] = [];
  for (const directive of everyDirective(configuration.directives)) {
    if (isScope(directive)) found.push({ number: found.length + 1, directive });
  }
  return found;
}

function isScope({ name, parent, block }: Directive): boolean {
  if (block === null) return false;
  if (name === 'server') return parent === null || parent.name === 'http';
  if (name === 'if') return parent?.name === 'location';
  return name === 'location' || name === 'limit_except';
}

export const scopeFormat = ({ number }: Scope): string =>
  `log_format hangup_${number} escape=json '{"scope":${number},"trial":"$http_x_hangup_trial",` +
  `"key":"$http_sec_websocket_key","query":"$args","status":"$status","upstream":"$upstream_status",` +
  `"complete":"$request_completion"}';`;

export const scopeLog = (folder: string, { number }: Scope): string =>
  `access_log ${quoted(`${folder}/${PLACES.answeredLog}`)} hangup_${number};`;
