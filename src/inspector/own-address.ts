import { isIP } from 'node:net';
import type { Request, RequestHandler } from 'express';
import { harmless } from '../words/harmless.ts';
import { ApiFailure } from './api-failure.ts';
import { bearerOf } from './sign-in/sign-in.ts';

/**
 * A page of elsewhere cannot read what is here, unless it makes a name of its own point here (DNS rebinding) or gets a
 * browser that is signed in to act for it (CSRF). So a request must name this host, and one that changes something must
 * come from a page of this host.
 */

/** Refuses requests for hosts that are not this one. @param names that the operator gave, in lower case */
export function ownHost(names: readonly string[]): RequestHandler {
  const allowed = new Set(names);
  return (request, _response, next) => {
    const host = request.headers.host ?? '';
    const name = hostName(host);
    if (name === null || !(isIP(name) !== 0 || isLocalhost(name) || allowed.has(name))) {
      const shown = harmless(name ?? host);
      throw new ApiFailure(
        421,
        `the page answers to IP addresses, localhost and names given by --page-host, and "${shown}" is none of them`,
      );
    }
    // `GET http://elsewhere/ HTTP/1.1`: what a proxy is asked, and this is none.
    if (!request.url.startsWith('/')) throw new ApiFailure(400, 'the request target must be a path');
    next();
  };
}

/** Refuses to change anything for another origin; a script that brings its token has none. */
export function ownOrigin(names: readonly string[]): RequestHandler {
  const allowed = new Set(names);
  return (request, _response, next) => {
    if (!changesState(request.method) || isOwnOrigin(request, allowed)) {
      next();
      return;
    }
    throw new ApiFailure(403, 'Origin is not this page; a script without one must send Authorization: Bearer TOKEN');
  };
}

const changesState = (method: string): boolean => method !== 'GET' && method !== 'HEAD' && method !== 'OPTIONS';

function isOwnOrigin(request: Request, names: ReadonlySet<string>): boolean {
  const { origin, host = '' } = request.headers;
  if (origin === undefined) return bearerOf(request) !== null;
  const given = origin.toLowerCase();
  const own = host.toLowerCase();
  if (given === `${request.protocol}://${own}`) return true;
  // A proxy that speaks TLS for the page: its name is the operator's own, and its scheme is not seen here.
  return names.has(hostName(own) ?? '') && given === `https://${own}`;
}

/** The name or address of a Host header in lower case, without port, brackets and the root's dot; null when it is none. */
export function hostName(host: string): string | null {
  const [, bracketed, plain] = /^(?:\[([^\]]+)\]|([^:[\]]+))(?::\d{1,5})?$/.exec(host) ?? [];
  if (bracketed !== undefined) return isIP(bracketed) === 6 ? bracketed.toLowerCase() : null;
  return plain === undefined ? null : plain.toLowerCase().replace(/\.$/, '');
}

/** RFC 6761 §6.3: names that never leave this machine. */
const isLocalhost = (name: string): boolean => name === 'localhost' || name.endsWith('.localhost');
