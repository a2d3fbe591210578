import type { RequestHandler } from 'express';
import helmet from 'helmet';

/** Short, and for this name alone: a browser applies it to every port of the host, not to the page's only. */
const HSTS_S = 86_400;

/**
 * Everything that the page runs or shows is a file of its own or comes over the API; nothing inline, nothing from elsewhere.
 * @param secure whether the listener speaks TLS
 */
export function securityHeaders(secure: boolean): RequestHandler {
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'", 'data:'],
        connectSrc: ["'self'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
        requireTrustedTypesFor: ["'script'"],
      },
    },
    crossOriginResourcePolicy: { policy: 'same-origin' },
    xFrameOptions: { action: 'deny' },
    referrerPolicy: { policy: 'no-referrer' },
    strictTransportSecurity: secure ? { maxAge: HSTS_S, includeSubDomains: false } : false,
  });
}
