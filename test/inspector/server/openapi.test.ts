import { describe, expect, it, vi } from 'vitest';
import { ROUTES } from '../../../src/inspector/routes/routes.ts';
import { CAUSES, PARTIES } from '../../../src/words/codes.ts';
import { openClient } from '../../kit/fault-peers.ts';
import { at, componentValidator, operations, queryOf, references, validator } from './openapi-document.ts';
import { startPage } from './page-stage.ts';
import { servePage } from './real-page.ts';

/** As OpenAPI writes a path. */
const written = (path: string): string => path.replaceAll(/:(\w+)/g, '{$1}');

describe('docs/openapi.yaml', () => {
  it('has every route, and none that is not there', () => {
    const routes = ROUTES.map(({ method, path }) => `${method} ${written(path)}`);
    expect(operations().sort()).toEqual(routes.sort());
  });

  it('says of each whether one must be signed in', () => {
    for (const { method, path, open } of ROUTES) {
      const security = at('paths', written(path), method.toLowerCase(), 'security');
      expect({ path, open }).toEqual({ path, open: Array.isArray(security) && security.length === 0 });
    }
  });

  it('names the parameters of each, no more and no less', async () => {
    const page = await startPage();
    const gets = ROUTES.filter(({ method, path }) => method === 'GET' && path !== '/metrics' && path !== '/healthz');
    for (const { path } of gets) {
      const url = path.replace(':id', 'aaaaaaaaaaaaaaaa').replace(':index', '0');
      const { body } = await page.get(`${url}?qqqqqqqqqqqqqq=1`);
      const [, known = ''] = /there are (.+)$/.exec(body.error) ?? [];
      expect({ path, query: queryOf(written(path)).sort() }).toEqual({ path, query: known.split(', ').sort() });
    }
  });

  it('refers to nothing that is not there', () => {
    expect(references().length).toBeGreaterThan(100);
    for (const reference of references()) expect(at(...reference.slice(2).split('/'))).toBeTypeOf('object');
  });

  it('lists every cause and party', () => {
    expect(at('components', 'schemas', 'Cause', 'enum')).toEqual(CAUSES);
    expect(at('components', 'schemas', 'Party', 'enum')).toEqual(PARTIES);
  });
});

it('every route answers as docs/openapi.yaml says, field by field', async () => {
  const page = await servePage({
    taps: [
      'inner,listen=127.0.0.1:0,target=http://127.0.0.1:TARGET,behind=nginx',
      'nowhere,listen=127.0.0.1:0,target=http://127.0.0.1:9',
    ],
    args: ['--payload', 'full', '--keepalive', '200ms'],
  });
  const { gateway, target } = page;
  const closed = await openClient({
    port: gateway.portOf('inner'),
    path: '/api/v4/websocket?access_token=secret',
    polite: true,
  });
  await (await target.upgraded(0)).text('{"event":"posted","seq":1}');
  await closed.until('a frame', () => closed.frames.some(({ opcode }) => opcode === 1));
  // hangup's own: by the second one the first has been answered.
  await closed.until('two pings', () => closed.frames.filter(({ opcode }) => opcode === 9).length >= 2);
  closed.closeFrame(4000, 'enough');
  await closed.ended;
  await openClient({ port: gateway.portOf('nowhere') }).catch(() => undefined);
  const open = await openClient({ port: gateway.portOf('inner') });
  await vi.waitFor(async () => expect((await page.summary()).closed).toBe(2));

  const { connections: rows } = await page.connections();
  const idOf = (tap: string, state: string): string =>
    rows.find((row) => row.tap === tap && row.state === state)?.connection ?? 'none';
  const id = idOf('inner', 'closed');
  const asked: readonly (readonly [path: string, url: string, type?: string])[] = [
    ['/api/connections', '/api/connections'],
    ['/api/connections/{id}', `/api/connections/${id}`],
    ['/api/connections/{id}', `/api/connections/${idOf('inner', 'open')}`],
    ['/api/connections/{id}', `/api/connections/${idOf('nowhere', 'closed')}`],
    ['/api/connections/{id}/frames', `/api/connections/${id}/frames`],
    ['/api/connections/{id}/frames', `/api/connections/${id}/frames?format=ndjson`, 'application/x-ndjson'],
    ['/api/connections/{id}/gaps', `/api/connections/${id}/gaps?minMs=1`],
    ['/api/connections/{id}/frames/{index}/payload', `/api/connections/${id}/frames/0/payload`],
    ['/api/summary', '/api/summary'],
    ['/api/summary', '/api/summary?since=1h&tap=inner'],
    ['/api/verdicts', '/api/verdicts', 'application/x-ndjson'],
    ['/healthz', '/healthz'],
  ];
  for (const [path, url, type = 'application/json'] of asked) {
    const answer = await page.get(url);
    expect({ url, status: answer.status }).toEqual({ url, status: 200 });
    expect(answer.headers.get('content-type')).toBe(`${type}; charset=utf-8`);
    const text = await answer.text();
    const values = type === 'application/json' ? [text] : text.trimEnd().split('\n');
    const validate = validator(path, 200, type);
    for (const value of values) {
      validate(JSON.parse(value));
      expect({ url, errors: validate.errors ?? [] }).toEqual({ url, errors: [] });
    }
  }
  open.close();
});

it('every event of the feed is as docs/openapi.yaml says', async () => {
  const page = await servePage({ taps: ['nowhere,listen=127.0.0.1:0,target=http://127.0.0.1:9'] });
  const validate = componentValidator('LiveEvent');
  const stop = new AbortController();
  const url = `${page.url}/api/live?lastEventId=gone-1`;
  const headers = { Authorization: 'Bearer a-token-that-the-operator-has-chosen' };
  const response = await fetch(url, { headers, signal: stop.signal });
  // Refused at once, and judged again when its socket is gone.
  await openClient({ port: page.gateway.port }).catch(() => undefined);
  let text = '';
  for await (const chunk of response.body ?? []) {
    text += new TextDecoder().decode(chunk);
    if (text.includes('event: judged')) break;
  }
  stop.abort();
  const events = [...text.matchAll(/^event: (\w+)\ndata: (.+)$/gm)].map(([, event, data = '']) => ({
    event,
    data: JSON.parse(data),
  }));
  expect(new Set(events.map(({ event }) => event))).toEqual(
    new Set(['snapshot', 'status', 'opened', 'closed', 'judged']),
  );
  for (const event of events) {
    validate(event);
    expect({ event: event.event, errors: validate.errors ?? [] }).toEqual({ event: event.event, errors: [] });
  }
});

it.each([
  ['/api/connections', '?limit=x', 400],
  ['/api/connections/{id}', '', 404],
] as const)('%s%s answers a failure as it says', async (path, query, status) => {
  const page = await startPage();
  const answer = await page.get(path.replace('{id}', 'aaaaaaaaaaaaaaaa') + query);
  expect(answer.status).toBe(status);
  const validate = validator(path, status, 'application/json');
  expect(validate(answer.body)).toBe(true);
  expect(validate({ error: 7 })).toBe(false);
  expect(validate({ error: 'x', more: 1 })).toBe(false);
});
