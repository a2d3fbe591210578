import { describe, expect, it } from 'vitest';
import { inlineParts, remedyParts } from '../../../../src/inspector/page/connection/verdict/remedy-parts.ts';
import type { Neighbour } from '../../../../src/verdict/neighbour.ts';
import * as remedy from '../../../../src/verdict/remedy.ts';

const configOf = (text: string): string[] =>
  remedyParts(text).flatMap((part) => (part.kind === 'config' ? [part.text] : []));

const wordsOf = (text: string): string[] =>
  remedyParts(text).flatMap((part) => (part.kind === 'says' ? [part.parts.map((each) => each.text).join('')] : []));

const inlineCopies = (text: string): string[] =>
  inlineParts(text).flatMap((part) => (part.kind === 'code' && part.copy ? [part.text] : []));

const neighbour = (family: Neighbour['family']): Neighbour => ({
  name: family ?? 'proxy',
  family,
  proxied: true,
  declared: family !== null,
  traces: [],
  transparent: true,
  idleMs: null,
});

describe('what to change', () => {
  it('a directive is copied without the comment behind it', () => {
    expect(remedyParts('proxy_read_timeout 90s;   # in the location that serves the WebSocket')).toEqual([
      { kind: 'config', text: 'proxy_read_timeout 90s;' },
      { kind: 'says', parts: [{ kind: 'words', text: 'in the location that serves the WebSocket' }] },
    ]);
  });

  it('directives on lines of their own are one block, copied at once', () => {
    const text = remedy.restoreUpgrade(neighbour('nginx'));
    expect(configOf(text)).toEqual([
      [
        'proxy_http_version 1.1;',
        'proxy_set_header Upgrade $http_upgrade;',
        'proxy_set_header Connection "upgrade";',
        'proxy_set_header Host $http_host;',
      ].join('\n'),
    ]);
    expect(wordsOf(text)).toEqual([
      'in the location that serves the WebSocket: one proxy_set_header there drops all inherited ones',
    ]);
  });

  it.each([
    ['nginx', 'proxy_read_timeout 600s;'],
    ['haproxy', 'timeout tunnel 1h'],
    ['apache', 'ProxyTimeout 600'],
    ['envoy', 'stream_idle_timeout: 0s'],
  ] as const)("the idle timer of %s comes as that proxy's own line", (family, line) => {
    expect(configOf(remedy.raiseIdleTimer(neighbour(family)))).toEqual([line]);
  });

  it('lines of Apache and nginx blocks are lines of configuration too', () => {
    expect(configOf(remedy.restoreUpgrade(neighbour('apache')))).toHaveLength(1);
    expect(configOf(remedy.ROUTE)).toEqual([
      'location ~ /api/v[0-9]+/(users/)?websocket/?$ { proxy_pass http://mattermost; … }',
    ]);
    expect(configOf(remedy.KEEP_HOST)).toEqual(['proxy_set_header Host $http_host;']);
  });

  it('advice in words stays words, with the directive and the flag in it marked', () => {
    const text = remedy.outliveReloads(neighbour('nginx'));
    expect(configOf(text)).toEqual([]);
    expect(wordsOf(text)).toEqual([text]);
    expect(inlineCopies(text)).toEqual(['worker_shutdown_timeout 1h;']);
    expect(inlineCopies('load balancer attribute idle_timeout.timeout_seconds=3600')).toEqual([
      'idle_timeout.timeout_seconds=3600',
    ]);
  });

  it('a name, a flag and an example with dots in it are code, and nothing to paste', () => {
    expect(inlineParts('or keep hangup pinging below it (--keepalive 30s)')).toContainEqual({
      kind: 'code',
      text: '--keepalive 30s',
      copy: false,
    });
    expect(inlineParts('raise proxy_read_timeout for the WebSocket path')).toEqual([
      { kind: 'words', text: 'raise ' },
      { kind: 'code', text: 'proxy_read_timeout', copy: false },
      { kind: 'words', text: ' for the WebSocket path' },
    ]);
    expect(inlineCopies('remove read_timeout from `transport http { … }` in the reverse_proxy block')).toEqual([]);
    expect(inlineCopies('name it (before=…)')).toEqual([]);
    expect(inlineParts('set MM_LOGSETTINGS_CONSOLELEVEL=DEBUG.')).toContainEqual({
      kind: 'code',
      text: 'MM_LOGSETTINGS_CONSOLELEVEL=DEBUG',
      copy: true,
    });
    expect(inlineCopies('joined by Sec-WebSocket-Key ($http_sec_websocket_key)')).toEqual([]);
  });

  it.each([
    ['plain prose', 'look at the client and the way to it: a suspended laptop, a hung process, a forgotten NAT entry'],
    ['prose with a bracket', 'the client must read faster (do its work outside the WebSocket callback)'],
    ['prose that ends in a full stop', 'mend the client.'],
  ])('%s has no code in it', (_, text) => {
    expect(remedyParts(text)).toEqual([{ kind: 'says', parts: [{ kind: 'words', text }] }]);
  });

  it('no letter of the advice is lost or put in twice', () => {
    for (const family of ['nginx', 'haproxy', 'apache', 'caddy', 'cloudflare', null] as const) {
      for (const text of [remedy.raiseIdleTimer(neighbour(family)), remedy.outliveReloads(neighbour(family))]) {
        const letters = (value: string): string => value.replaceAll(/[\s#`]/g, '');
        const shown = remedyParts(text).map((part) =>
          part.kind === 'config' ? part.text : part.parts.map((each) => each.text).join(''),
        );
        expect(letters(shown.join(''))).toBe(letters(text));
      }
    }
  });
});
