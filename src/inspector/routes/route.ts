import type { Request, RequestHandler } from 'express';
import { ApiFailure } from '../api-failure.ts';
import type { Desk } from '../desk.ts';

/** One method of one path. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** As Express writes it: `/api/connections/:id`. */
  readonly path: string;
  /** Whether anybody may ask, signed in or not. */
  readonly open: boolean;
  /** Reads the body of a POST; without it, one of JSON that holds no more than a token. */
  readonly body?: RequestHandler;
  readonly handler: (desk: Desk) => RequestHandler;
}

/** A route that needs to be signed in. */
export const get = (path: string, handler: Route['handler']): Route => ({ method: 'GET', path, open: false, handler });

/** What newConnectionId makes. */
const ID = /^[a-z2-7]{16}$/;

/** The `:id` of a path. @throws ApiFailure 404 for what cannot be one */
export function idOf(request: Request): string {
  const { id } = request.params;
  if (typeof id !== 'string' || !ID.test(id)) throw noConnection();
  return id;
}

export const noConnection = (): ApiFailure =>
  new ApiFailure(404, 'there is no such connection; it may have been forgotten (--keep, --max-disk)');

/** @throws ApiFailure 404 for null */
export function found<T>(answer: T | null): T {
  if (answer === null) throw noConnection();
  return answer;
}
