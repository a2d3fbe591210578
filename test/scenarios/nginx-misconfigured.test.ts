/** GROUND-TRUTH §8 with real nginx before the stand-in: upgrades that do not arrive whole, and what the client gets for it. */

import { expect } from 'vitest';
import type { ClientOptions } from '../kit/fault-peers.ts';
import { describeWith, type NginxSettings, type UpgradeVariant } from '../kit/proxies.ts';
import type { PathSpec } from './path.ts';
import { type Expected, playScenes, type Scene } from './scenes.ts';

const SOCKET = '/api/v4/websocket';
const SITE = 'http://chat.example:8065';
const standin = { standin: { siteUrl: SITE } };

const stripped: Expected = {
  closedBy: 'proxy',
  cause: 'upgrade-refused',
  certainty: 'likely',
  manner: 'refused',
  hop: 'nginx',
  refusal: 'missing-upgrade',
  remedy: /proxy_set_header Upgrade \$http_upgrade;\nproxy_set_header Connection "upgrade";/,
  witness: /tap in front|hangup check/,
};
const refusedByServer: Expected = {
  closedBy: 'server',
  cause: 'upgrade-refused',
  certainty: 'certain',
  manner: 'refused',
  hop: 'mattermost',
  witness: null,
};
const works: Expected = { closedBy: 'client', cause: 'client-close', certainty: 'certain', manner: 'close-frame' };

interface Row {
  readonly name: string;
  readonly nginx: NginxSettings;
  readonly request?: Partial<ClientOptions>;
  readonly status: number;
  readonly verdict: Expected;
  readonly spec?: Partial<PathSpec>;
}

const variant = (upgrade: UpgradeVariant): NginxSettings => ({ upgrade });
const fromBrowser = { headers: [['Origin', SITE]], host: 'chat.example:8065' } as const;

const rows: Row[] = [
  { name: 'only proxy_http_version missing: works', nginx: variant('http-1.0'), status: 101, verdict: works },
  { name: 'missing Upgrade', nginx: variant('missing-upgrade'), status: 400, verdict: stripped },
  {
    name: 'missing Connection',
    nginx: variant('missing-connection'),
    status: 400,
    verdict: { ...stripped, refusal: 'missing-connection' },
  },
  { name: 'bare proxy_pass', nginx: variant('bare'), status: 400, verdict: stripped },
  { name: 'only proxy_http_version 1.1', nginx: variant('only-http-1.1'), status: 400, verdict: stripped },
  { name: 'Connection $http_connection: works', nginx: variant('connection-passed-on'), status: 101, verdict: works },
  { name: 'map default upgrade: works', nginx: variant('connection-map'), status: 101, verdict: works },
  {
    name: 'Connection "" (the keepalive recipe)',
    nginx: variant('connection-empty'),
    status: 400,
    verdict: { ...stripped, refusal: 'missing-connection' },
  },
  {
    name: 'one proxy_set_header in the location drops the inherited ones',
    nginx: variant('dropped-by-location'),
    status: 400,
    verdict: stripped,
  },
  {
    name: 'Host lost, and the browser sends its Origin',
    nginx: variant('host-lost'),
    request: { headers: [['Origin', 'http://other.example']], host: 'other.example' },
    status: 403,
    verdict: { ...refusedByServer, refusal: 'origin', remedy: /proxy_set_header Host \$http_host/ },
  },
  { name: 'a browser that is known: works', nginx: {}, request: fromBrowser, status: 101, verdict: works },
  {
    name: 'prefix stripped: works',
    nginx: variant('prefix-stripped'),
    request: { path: `/mm${SOCKET}` },
    status: 101,
    verdict: works,
  },
  {
    name: 'location with the path and proxy_pass with a slash: the path is lost',
    nginx: variant('location-stripped'),
    status: 404,
    verdict: { ...refusedByServer, refusal: 'wrong-route', remedy: /proxy_pass/ },
  },
  {
    name: 'proxy_pass that makes a double slash',
    nginx: variant('double-slash'),
    status: 404,
    verdict: { ...refusedByServer, refusal: 'wrong-route', remedy: /proxy_pass/ },
  },
  {
    name: 'another path than the route',
    nginx: {},
    request: { path: '/websocket' },
    status: 404,
    verdict: { ...refusedByServer, refusal: 'wrong-route' },
  },
  {
    name: 'a token in the query',
    nginx: {},
    request: { path: `${SOCKET}?access_token=nonsense` },
    status: 401,
    verdict: { ...refusedByServer, refusal: 'unauthorized' },
  },
];

/** A server that is no Mattermost, and answers with something else than a 101; the tap may stand at the edge. */
const answers: Row[] = [
  {
    name: 'a plain 200 from a page that is no WebSocket',
    nginx: {},
    spec: { server: { answer: { raw: 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi' } } },
    status: 200,
    verdict: { ...refusedByServer, hop: 'server', refusal: 'wrong-route' },
  },
  {
    name: 'a redirect of the server',
    nginx: {},
    spec: {
      server: {
        answer: { raw: 'HTTP/1.1 301 Moved Permanently\r\nLocation: /v4/websocket\r\nContent-Length: 0\r\n\r\n' },
      },
    },
    status: 301,
    verdict: { ...refusedByServer, hop: 'server', refusal: 'redirect', remedy: /redirect/ },
  },
  {
    name: 'edge: nginx redirects to https by itself',
    nginx: { extraServer: 'return 301 https://chat.example$request_uri;' },
    spec: { edge: true },
    status: 301,
    verdict: { closedBy: 'proxy', cause: 'upgrade-refused', certainty: 'likely', refusal: 'redirect', hop: 'nginx' },
  },
  {
    name: 'edge: the server behind nginx is down (502)',
    nginx: {},
    spec: { edge: true, server: 'nobody' },
    status: 502,
    verdict: { closedBy: 'proxy', cause: 'upgrade-refused', certainty: 'likely', refusal: 'unreachable', hop: 'nginx' },
  },
  {
    name: 'edge: the server behind nginx is silent (504)',
    nginx: { readTimeout: '1s' },
    spec: { edge: true, server: { answer: 'never' } },
    status: 504,
    verdict: { closedBy: 'proxy', cause: 'upgrade-refused', certainty: 'likely', refusal: 'unreachable', hop: 'nginx' },
  },
  {
    name: 'edge: the server behind nginx resets before its answer (502)',
    nginx: {},
    spec: { edge: true, server: { answer: 'rst' } },
    status: 502,
    verdict: { closedBy: 'proxy', cause: 'upgrade-refused', certainty: 'likely', refusal: 'unreachable', hop: 'nginx' },
  },
  {
    name: 'edge: the 101 is larger than proxy_buffer_size (502)',
    nginx: {},
    spec: { edge: true, server: { headers: [['Set-Cookie', `a=${'x'.repeat(9_000)}`]] } },
    status: 502,
    verdict: { closedBy: 'proxy', cause: 'upgrade-refused', certainty: 'likely', refusal: 'unreachable', hop: 'nginx' },
  },
  {
    name: 'edge: auth_request says 401',
    nginx: { extraServer: 'location /auth { return 401; }', extraLocation: 'auth_request /auth;' },
    spec: { edge: true },
    status: 401,
    verdict: {
      closedBy: 'proxy',
      cause: 'upgrade-refused',
      certainty: 'likely',
      refusal: 'unauthorized',
      hop: 'nginx',
    },
  },
  {
    name: 'inner: nothing listens at the target (502 of hangup)',
    nginx: {},
    spec: { server: 'nobody' },
    status: 502,
    verdict: {
      closedBy: 'server',
      cause: 'upgrade-refused',
      certainty: 'certain',
      refusal: 'unreachable',
      hop: 'server',
    },
  },
  {
    name: 'inner: the server ends before its answer',
    nginx: {},
    spec: { server: { answer: 'fin' } },
    status: 502,
    verdict: {
      closedBy: 'server',
      cause: 'upgrade-refused',
      certainty: 'likely',
      refusal: 'unreachable',
      hop: 'server',
    },
  },
];

const scene = ({ name, nginx, request, status, verdict, spec }: Row): Scene => ({
  name,
  path: { nginx, server: standin, ...spec },
  play: async (path) => {
    const options = { path: SOCKET, ...request };
    if (status !== 101) {
      expect(await path.refused(options)).toBe(status);
      return;
    }
    const client = await path.client(options);
    await client.closeFrame(1000);
    await client.ended;
  },
  verdict,
});

const limited: Scene = {
  name: 'edge: limit_conn (503)',
  path: {
    nginx: { extraHttp: 'limit_conn_zone $server_port zone=z:1m;', extraLocation: 'limit_conn z 1;' },
    edge: true,
  },
  play: async (path) => {
    const first = await path.client();
    expect(await path.refused()).toBe(503);
    await first.closeFrame(1000);
    await first.ended;
  },
  count: 2,
  verdict: null,
  check: (verdicts) => {
    expect(verdicts.find((one) => one.cause === 'upgrade-refused')).toMatchObject({
      closedBy: 'proxy',
      certainty: 'likely',
      refusal: 'unreachable',
      hop: 'nginx',
    });
  },
};

describeWith('nginx', 'nginx that is configured wrongly', () =>
  playScenes([...[...rows, ...answers].map(scene), limited]),
);
