import type { Route } from './route.ts';

/** `GET /healthz` → 200 while traffic is relayed */
export const healthz: Route = {
  method: 'GET',
  path: '/healthz',
  open: true,
  handler: (desk) => (_request, response) => {
    response.json({ status: 'ok', ...desk.health() });
  },
};
