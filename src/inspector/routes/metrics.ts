import { get } from './route.ts';

/** `GET /metrics` → Prometheus' text format */
export const metrics = get('/metrics', (desk) => async (_request, response) => {
  const text = await desk.metrics.text();
  response.setHeader('Content-Type', desk.metrics.contentType);
  response.end(text);
});
