import { describe, expect, it } from 'vitest';
import { headerOf, proxiedBy, resolved, says } from './resolved.ts';

const server = (inside: string, http = ''): string =>
  `http { ${http} upstream b { server 127.0.0.1:1; } server { listen 80; ${inside} } }`;

describe('what a configuration does not tell', () => {
  it('is no value: a variable of a module, of a script, or of nobody', () => {
    const text = server(
      'location / { proxy_pass http://b; proxy_set_header X-Id $request_id; proxy_set_header X-Geo $geoip_country_code; proxy_set_header X-None $nobody; }',
    );
    const resolution = resolved(text, 'ws://a/');
    expect(['X-Id', 'X-Geo', 'X-None'].map((name) => headerOf(resolution, name)?.value)).toEqual([null, null, null]);
  });

  it('is no end: a condition on such a variable that would change the way', () => {
    const text = server('location / { if ($geoip_x) { return 403; } proxy_pass http://b; }');
    expect(resolved(text, 'ws://a/').outcome).toMatchObject({
      kind: 'unknown',
      because: expect.stringContaining('$geoip_x'),
    });
  });

  it('does not hide the rest: a condition that sets variables alone', () => {
    const text = server(
      'if ($geoip_x) { set $flag 1; } location / { proxy_pass http://b; proxy_set_header X-Flag $flag; }',
    );
    const resolution = resolved(text, 'ws://a/');
    expect(proxiedBy(resolution).to).toBe('b');
    expect(headerOf(resolution, 'X-Flag')?.value).toBeNull();
    expect(says(resolution)).toContain('is not known');
  });

  it('is no file: a location with a directive of a module that nobody knows here', () => {
    const text = server('location / { our_own_socket on; }');
    expect(resolved(text, 'ws://a/').outcome).toMatchObject({
      kind: 'unknown',
      because: 'our_own_socket on is not known here: it may handle the request',
    });
  });

  it('is no file: a location that another known module handles', () => {
    const text = server('location / { nchan_pubsub websocket; nchan_channel_id $arg_id; }');
    expect(resolved(text, 'ws://a/').outcome).toMatchObject({ kind: 'other', by: { name: 'nchan_pubsub' } });
  });

  it('is no location: a pattern before it that cannot be followed', () => {
    const text = server('location ~ (*UTF8)x { return 403; } location / { proxy_pass http://b; }');
    expect(resolved(text, 'ws://a/').outcome).toMatchObject({
      kind: 'unknown',
      because: expect.stringContaining('(*UTF8)'),
    });
  });

  describe('is no location: one that a template leaves open', () => {
    const outcome = (inside: string, url = 'ws://a/api/v4/websocket'): unknown => resolved(server(inside), url).outcome;
    const notKnown = (line: string): object => ({ kind: 'unknown', because: expect.stringContaining(line) });

    it.each([
      ['location $' + '{LOC} { proxy_pass http://b; }', 'location $' + '{LOC} may be any path'],
      [
        'location / { return 403; } location $' + '{LOC} { proxy_pass http://b; }',
        'location $' + '{LOC} may be any path',
      ],
      ['location = /api/$' + '{V}/websocket { proxy_pass http://b; } location / { return 403; }', '= /api/$' + '{V}'],
      ['location ^~ "{{ base }}/v4" { proxy_pass http://b; } location / { return 403; }', 'may be any path'],
      ['location /api/%%VERSION%%/ { proxy_pass http://b; } location / { return 403; }', 'may be any path'],
      ['location /api/v4/$' + '{NAME}/ { proxy_pass http://b; } location / { return 403; }', 'may be any path'],
      [
        'location ~ ^/$' + '{BASE}/ { return 403; } location ~ websocket$ { proxy_pass http://b; }',
        'may be any pattern',
      ],
      ['location ^~ $' + '{BASE} { return 403; } location ~ websocket$ { proxy_pass http://b; }', 'may be any path'],
      [
        'location ^~ /api/ { return 403; } location $' + '{BASE} { return 404; } location ~ socket$ { return 405; }',
        'any path',
      ],
      [
        'location $' + '{BASE} { location = /api/v4/websocket { return 403; } } location ~ socket$ { return 405; }',
        'any path',
      ],
      ['location / { try_files /none @mm; } location @$' + '{NAME} { proxy_pass http://b; }', 'may be @mm'],
    ])('%s', (inside, because) => expect(outcome(inside)).toMatchObject(notKnown(because)));

    it.each([
      ['the exact one', 'location = /api/v4/websocket { proxy_pass http://b; } location $' + '{LOC} { return 403; }'],
      [
        'the whole path as a prefix',
        'location /api/v4/websocket { proxy_pass http://b; } location $' + '{LOC} { return 403; }',
      ],
      [
        'a pattern',
        'location ~ websocket$ { proxy_pass http://b; } location $' +
          '{LOC} { return 403; } location / { return 403; }',
      ],
      [
        'a pattern before the open one',
        'location ~ websocket$ { proxy_pass http://b; } location ~ $' + '{RE} { return 403; }',
      ],
      [
        'one where its fixed part does not stand',
        'location / { proxy_pass http://b; } location /files/$' + '{ID} { return 403; }',
      ],
      [
        'one where its fixed end does not stand',
        'location / { proxy_pass http://b; } location $' + '{BASE}/files { return 403; }',
      ],
    ])('unless another is certain: %s', (_which, inside) => {
      expect(outcome(inside)).toMatchObject({ kind: 'proxy', to: 'b' });
    });
  });

  it('is no 500: a proxy_pass of a variable that a script, a file or another service’s answer may make', () => {
    const because = expect.stringContaining('does not make a URL');
    const open = (inside: string): string => server(`location / { set $to ""; ${inside} proxy_pass http://$to; }`);
    for (const inside of ['rewrite_by_lua_file to.lua;', 'set_by_lua_block $from { }', 'include to.conf;']) {
      expect(resolved(open(inside), 'ws://a/').outcome).toMatchObject({ kind: 'unknown', because });
    }
    const asked = open('auth_request /who; auth_request_set $to $upstream_http_x_to;');
    expect(proxiedBy(resolved(asked, 'ws://a/'))).toMatchObject({ upstream: null, to: '$to' });
    expect(resolved(open(''), 'ws://a/').outcome).toMatchObject({ kind: 'answer', status: 500 });
  });

  it('is no upstream: a proxy_pass of such a variable, whose path is known when its port is written out', () => {
    const known = proxiedBy(resolved(server('location / { proxy_pass http://$dyn:8065; }'), 'ws://a/x?y'));
    expect(known).toMatchObject({ scheme: 'http', to: '$dyn:8065', upstream: null, target: '/x?y' });
    const open = proxiedBy(resolved(server('location / { proxy_pass $dyn; }'), 'ws://a/x?y'));
    expect(open).toMatchObject({ scheme: null, to: '$dyn', upstream: null, target: null });
  });

  it('is what nginx leaves to chance: a capture that a map changes while the value is made', () => {
    const map = 'map $uri $m { ~^/(.) "$1"; }';
    const text = server(
      'location ~ ^/a(.*) { proxy_pass http://b; proxy_set_header X-Both "$1$m"; proxy_set_header X-Map $m; }',
      map,
    );
    const resolution = resolved(text, 'ws://a/abc');
    expect(headerOf(resolution, 'X-Both')?.value).toBeNull();
    expect(headerOf(resolution, 'X-Map')?.value).toBe('a');
  });

  it('is no query: one that was set to such a variable', () => {
    const text = server(
      'location / { set $args $geoip_x; proxy_pass http://b; proxy_set_header X-A $arg_a; proxy_set_header X-U $uri; }',
    );
    const resolution = resolved(text, 'ws://a/x?a=1');
    expect(proxiedBy(resolution).target).toBeNull();
    expect(headerOf(resolution, 'X-A')?.value).toBeNull();
    expect(headerOf(resolution, 'X-U')?.value).toBe('/x');
  });

  it('is what stands in a file that was not given: a map that includes one, and a server that does, say so', () => {
    const text = server(
      'include more.conf; location / { proxy_pass http://b; proxy_set_header X-Known $known; proxy_set_header X-Open $open; }',
      'map $uri $known { /x found; include keys.map; default none; } map $uri $open { /y found; include keys.map; default none; }',
    );
    const resolution = resolved(text, 'ws://a/x');
    expect(headerOf(resolution, 'X-Known')?.value).toBe('found');
    expect(headerOf(resolution, 'X-Open')?.value).toBeNull();
    expect(says(resolution)).toContain('include more.conf was not given');
  });

  it('is not made up by a map that asks for itself', () => {
    const text = server(
      'location / { proxy_pass http://b; proxy_set_header X $one; }',
      'map $two $one { default $two; } map $one $two { default $one; }',
    );
    expect(headerOf(resolved(text, 'ws://a/'), 'X')?.value).toBeNull();
  });

  it('says so, and not a number, where the default depends on the version', () => {
    const text = server('location / { proxy_pass http://b; }');
    const unknown = resolved(text, 'ws://a/', '');
    expect(proxiedBy(unknown).httpVersion).toBeNull();
    expect(headerOf(unknown, 'Connection')).toMatchObject({ value: null, written: 'close', from: 'default' });
    expect(proxiedBy(resolved(text, 'ws://a/', '1.29.6')).httpVersion).toBe('1.0');
    expect(headerOf(resolved(text, 'ws://a/', '1.29.6'), 'Connection')?.value).toBe('close');
    expect(proxiedBy(resolved(text, 'ws://a/', '1.29.7')).httpVersion).toBe('1.1');
    expect(headerOf(resolved(text, 'ws://a/', '1.29.7'), 'Connection')).toBeUndefined();
  });

  it('is who the client is: addresses, passwords and other services are supposed to let it through', () => {
    const text = server(
      'location / { allow 10.0.0.0/8; deny all; auth_request /auth; auth_basic x; proxy_pass http://b; }',
    );
    const resolution = resolved(text, 'ws://a/');
    expect(proxiedBy(resolution).to).toBe('b');
    expect(says(resolution)).toMatch(/asks first[\s\S]*password[\s\S]*only some addresses/);
    expect(resolved(server('location / { deny all; proxy_pass http://b; }'), 'ws://a/').outcome).toMatchObject({
      status: 403,
    });
  });

  it('is whether the condition of a location holds, where this nginx may know such ones', () => {
    const text = server('location $chosen { return 403; } location / { proxy_pass http://b; }');
    expect(resolved(text, 'ws://a/', '1.31.5').outcome.kind).toBe('unknown');
    expect(resolved(text, 'ws://a/', '').outcome.kind).toBe('unknown');
    expect(resolved(text, 'ws://a/', '1.30.6').outcome.kind).toBe('proxy');
    const exact = server('location $chosen { return 403; } location = /x { proxy_pass http://b; }');
    expect(resolved(exact, 'ws://a/x', '1.31.5').outcome.kind).toBe('proxy');
  });
});
