import { describe, expect, it } from 'vitest';
import type { AnswerHead } from '../../src/wire/http-head.ts';
import {
  announcesBody,
  asksForWebSocket,
  isWebSocketAnswer,
  rsvOfExtensions,
  strippedUpgrade,
  traceId,
} from '../../src/wire/upgrade.ts';

const KEY = ['Sec-WebSocket-Key', 'dGhlIHNhbXBsZSBub25jZQ==', 'Sec-WebSocket-Version', '13'];

describe('an upgrade on its way through proxies (GROUND-TRUTH §8)', () => {
  it.each([
    { config: 'nothing wrong', headers: ['Upgrade', 'websocket', 'Connection', 'Upgrade'], missing: null },
    {
      config: 'Connection $http_connection, from Firefox',
      headers: ['Upgrade', 'websocket', 'Connection', 'keep-alive, Upgrade'],
      missing: null,
    },
    {
      config: 'odd case and spaces',
      headers: ['UPGRADE', 'WebSocket', 'connection', 'keep-alive ,\tUPGRADE'],
      missing: null,
    },
    {
      config: 'each header twice',
      headers: ['Upgrade', 'websocket', 'Upgrade', 'websocket', 'Connection', 'keep-alive', 'Connection', 'upgrade'],
      missing: null,
    },
    { config: 'a choice of protocols', headers: ['Upgrade', 'h2c, websocket', 'Connection', 'Upgrade'], missing: null },
    { config: 'missing Upgrade', headers: ['Connection', 'upgrade'], missing: 'upgrade' },
    { config: 'missing Connection', headers: ['Upgrade', 'websocket', 'Connection', 'close'], missing: 'connection' },
    { config: 'bare proxy_pass', headers: ['Host', 'backend', 'Connection', 'close'], missing: 'both' },
    { config: 'Connection ""', headers: ['Upgrade', 'websocket'], missing: 'connection' },
    { config: 'Connection "" and no Upgrade', headers: [], missing: 'both' },
    {
      config: 'Upgrade for something else',
      headers: ['Upgrade', 'h2c', 'Connection', 'Upgrade, HTTP2-Settings'],
      missing: 'upgrade',
    },
    { config: 'an empty Upgrade', headers: ['Upgrade', '', 'Connection', 'upgrade'], missing: 'upgrade' },
    {
      config: 'a word that only contains it',
      headers: ['Upgrade', 'websocketx', 'Connection', 'no-upgrade'],
      missing: 'both',
    },
  ])('$config: missing is $missing', ({ headers, missing }) => {
    expect(strippedUpgrade('GET', [...headers, ...KEY])).toBe(missing);
    expect(strippedUpgrade('GET', [...KEY, ...headers])).toBe(missing);
  });

  it.each([
    { what: 'a plain GET behind `Connection "upgrade"`', method: 'GET', headers: ['Connection', 'upgrade'] },
    { what: 'a POST, whatever it carries', method: 'POST', headers: KEY },
    {
      what: 'proxy_pass_request_headers off: nothing is left to know it by',
      method: 'GET',
      headers: ['Host', 'backend'],
    },
  ])('$what is an ordinary request', ({ method, headers }) => {
    expect(strippedUpgrade(method, headers)).toBeNull();
  });

  it('h2c, and no Upgrade at all, are plain HTTP to hangup', () => {
    expect(asksForWebSocket(['Upgrade', 'h2c'])).toBe(false);
    expect(asksForWebSocket(['Upgrade', 'TLS/1.0'])).toBe(false);
    expect(asksForWebSocket([])).toBe(false);
    expect(asksForWebSocket(['upgrade', 'WebSocket'])).toBe(true);
  });
});

describe('a body on an upgrade request', () => {
  it.each([
    [['Content-Length', '5'], true],
    [['content-length', '00'], false],
    [['Content-Length', '0'], false],
    [['Content-Length', '0', 'Content-Length', '7'], true],
    [['Content-Length', 'many'], true],
    [['Transfer-Encoding', 'chunked'], true],
    [['Transfer-Encoding', ''], false],
    [[], false],
  ])('%j announces one: %s', (headers, announced) => {
    expect(announcesBody(headers)).toBe(announced);
  });
});

describe('an answer', () => {
  const answer = (status: number, headers: string[]): AnswerHead => ({
    httpVersion: '1.1',
    status,
    reason: '',
    headers,
  });

  it('opens the tunnel only as a 101 whose Upgrade is websocket', () => {
    expect(isWebSocketAnswer(answer(101, ['Upgrade', 'WebSocket', 'Connection', 'Upgrade']))).toBe(true);
    expect(isWebSocketAnswer(answer(101, ['Upgrade', 'h2c']))).toBe(false);
    expect(isWebSocketAnswer(answer(101, []))).toBe(false);
    expect(isWebSocketAnswer(answer(200, ['Upgrade', 'websocket']))).toBe(false);
  });

  it.each([
    [[], 0],
    [['Sec-WebSocket-Extensions', 'permessage-deflate; client_max_window_bits=15'], 4],
    [['sec-websocket-extensions', 'Permessage-Deflate'], 4],
    [['Sec-WebSocket-Extensions', 'x-webkit-deflate-frame'], 4],
    [['Sec-WebSocket-Extensions', 'permessage-deflate, x-mux'], 7],
    [['Sec-WebSocket-Extensions', 'permessage-deflate', 'Sec-WebSocket-Extensions', 'x-mux'], 7],
    [['Sec-WebSocket-Extensions', ' , '], 0],
  ])('with %j lets frames set the RSV bits %i', (headers, rsv) => {
    expect(rsvOfExtensions(headers)).toBe(rsv);
  });
});

describe('the trace id', () => {
  const id = '0af7651916cd43dd8448eb211c80319c';

  it.each([
    [`00-${id}-b7ad6b7169203331-01`, id],
    [`cc-${id}-b7ad6b7169203331-01-what-the-future-brings`, id],
    [`ff-${id}-b7ad6b7169203331-01`, null],
    [`00-${'0'.repeat(32)}-b7ad6b7169203331-01`, null],
    [`00-${id.toUpperCase()}-b7ad6b7169203331-01`, null],
    [`00-${id}`, null],
    ['', null],
  ])('of %j is %j', (value, expected) => {
    expect(traceId(['TraceParent', value])).toBe(expected);
  });

  it('of a request without one is none', () => {
    expect(traceId(['Host', 'x'])).toBeNull();
  });
});
