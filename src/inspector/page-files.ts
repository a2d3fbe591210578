import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import express, { type RequestHandler, Router } from 'express';
import { ApiFailure } from './api-failure.ts';

/** Where `npm run build:page` puts the page: "#package.json" is found from src/ and from dist/src/ alike. */
export const BUILT_PAGE = join(dirname(createRequire(import.meta.url).resolve('#package.json')), 'dist/page');

const SHELL = 'index.html';

/** Paths of which the page makes a view of its own (src/inspector/page/address.ts). */
const VIEWS = ['/', '/connections/:id'];

/**
 * The page itself: a shell, the same for every view, and files with a hash of their content in their names. They hold no data, so
 * nobody needs to be signed in for them; the page asks for the token where the API wants one.
 *
 * @param folder what Vite made
 */
export function pageFiles(folder: string): Router {
  const router = Router();
  router.get(VIEWS, shell(folder));
  router.use(
    '/assets',
    express.static(join(folder, 'assets'), { index: false, redirect: false, immutable: true, maxAge: '1y' }),
  );
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
