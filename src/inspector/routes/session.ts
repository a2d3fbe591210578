import type { Route } from './route.ts';

/** `POST /api/session` {token} → 204 and the cookie. */
export const beginSession: Route = {
  method: 'POST',
  path: '/api/session',
  open: true,
  handler: ({ signIn }) => signIn.begin,
};

/** `DELETE /api/session` → 204, and the browser forgets the cookie. */
export const endSession: Route = {
  method: 'DELETE',
  path: '/api/session',
  open: true,
  handler: ({ signIn }) => signIn.end,
};
