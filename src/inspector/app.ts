import express, { type Express, type RequestHandler } from 'express';
import type { Logger } from 'pino';
import { accessLog } from './access-log.ts';
import type { Desk } from './desk.ts';
import { notAllowed, notFound, sayFailures } from './failures.ts';
import { ownHost, ownOrigin } from './own-address.ts';
import { pageFiles } from './page-files.ts';
import type { Route } from './routes/route.ts';
import { ROUTES } from './routes/routes.ts';
import { securityHeaders } from './security-headers.ts';

/** Of a body that holds a token. */
const MAX_BODY_BYTES = 4096;

export interface AppOptions {
  readonly desk: Desk;
  /** Names that a Host header may hold beside localhost and addresses, in lower case. */
  readonly hosts: readonly string[];
  /** Whether it is reached over TLS. */
  readonly secure: boolean;
  /** The built page. */
  readonly page: string;
  readonly logger: Logger;
}

/**
 * The inspector as a function of requests.
 *
 *   log ► headers ► own host? ► own origin? ─┬─ /api, /metrics ► signed in? ► route
 *                                            ├─ /healthz
 *                                            └─ the page ► a link's token? ► shell and files
 */
export function inspectorApp({ desk, hosts, secure, page, logger }: AppOptions): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', 'simple');
  app.use(accessLog(logger));
  app.use(securityHeaders(secure));
  app.use(ownHost(hosts));
  app.use(ownOrigin(hosts));
  app.use(['/api', '/metrics', '/healthz'], neverStored);
  for (const route of ROUTES) addRoute(app, route, desk);
  for (const path of new Set(ROUTES.map(({ path }) => path))) {
    app.all(path, () => {
      throw notAllowed(ROUTES.filter((route) => route.path === path).map(({ method }) => method));
    });
  }
  // Whoever may not look is not told what is there, either.
  app.use(['/api', '/metrics'], desk.signIn.guard, notFound);
  app.use(desk.signIn.takeLink);
  app.use(pageFiles(page));
  app.use(notFound);
  app.use(sayFailures(logger));
  return app;
}

function addRoute(
  app: Express,
  { method, path, open, body = express.json({ limit: MAX_BODY_BYTES }), handler }: Route,
  desk: Desk,
): void {
  const handlers: RequestHandler[] = open ? [] : [desk.signIn.guard];
  if (method === 'POST') handlers.push(body);
  handlers.push(handler(desk));
  if (method === 'GET') app.get(path, ...handlers);
  else if (method === 'POST') app.post(path, ...handlers);
  else app.delete(path, ...handlers);
}

const neverStored: RequestHandler = (_request, response, next) => {
  response.setHeader('Cache-Control', 'no-store');
  next();
};
