import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, extname, join } from 'node:path';
import express, { type Request, type RequestHandler, Router } from 'express';
import { ApiFailure } from './api-failure.ts';

/** Where `npm run build:page` puts the page: "#package.json" is found from src/ and from dist/src/ alike. */
export const BUILT_PAGE = join(dirname(createRequire(import.meta.url).resolve('#package.json')), 'dist/page');

const SHELL = 'index.html';

/** Paths of which the page makes a view of its own (src/inspector/page/address.ts). */
const VIEWS = ['/', '/connections/:id', '/check'];

/** Their names hold a hash of their content. */
const FOR_GOOD = { immutable: true, maxAge: '1y' } as const;

/** An asset that the build may have compressed (src/inspector/page/vite.config.ts): a name in this very folder. */
const ASSET = /^\/([\w-][\w.-]*\.(?:js|css|svg))$/;

/** Content codings (RFC 9110 §8.4.1), the smallest first, and the names of files that are written in them. */
const CODINGS = [
  { coding: 'br', suffix: '.br' },
  { coding: 'gzip', suffix: '.gz' },
] as const;

/**
 * The page itself: a shell, the same for every view, and files with a hash of their content in their names. They hold no data, so
 * nobody needs to be signed in for them; the page asks for the token where the API wants one.
 *
 * @param folder what Vite made
 */
export function pageFiles(folder: string): Router {
  const router = Router();
  const assets = join(folder, 'assets');
  router.get(VIEWS, shell(folder));
  router.use('/assets', compressed(assets), express.static(assets, { index: false, redirect: false, ...FOR_GOOD }));
  // Whatever else stands beside the shell, such as an icon; `.built` is hidden as every dot file is.
  router.use(
    express.static(folder, {
      index: false,
      redirect: false,
      setHeaders: (response) => response.setHeader('Cache-Control', 'no-cache'),
    }),
  );
  return router;
}

/** Sends an asset as the build has compressed it, where it has and the browser takes it. */
function compressed(assets: string): RequestHandler {
  return (request, response, next) => {
    response.vary('Accept-Encoding');
    const name = ASSET.exec(request.path)?.[1];
    const chosen = name === undefined ? undefined : CODINGS.find(isMadeAndTaken(request, join(assets, name)));
    if (name === undefined || chosen === undefined || (request.method !== 'GET' && request.method !== 'HEAD')) {
      next();
      return;
    }
    response.type(extname(name));
    response.setHeader('Content-Encoding', chosen.coding);
    response.sendFile(name + chosen.suffix, { root: assets, acceptRanges: false, ...FOR_GOOD });
  };
}

const isMadeAndTaken =
  (request: Request, file: string) =>
  ({ coding, suffix }: (typeof CODINGS)[number]): boolean =>
    request.acceptsEncodings(coding) !== false && existsSync(file + suffix);

function shell(folder: string): RequestHandler {
  return (_request, response) => {
    if (!existsSync(join(folder, SHELL))) {
      throw new ApiFailure(
        503,
        'the page is not built yet: run `npm run build:page`, then load it again; the API works without it',
      );
    }
    response.sendFile(SHELL, { root: folder, cacheControl: false, headers: { 'Cache-Control': 'no-cache' } });
  };
}
