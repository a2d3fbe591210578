import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maskedHeader, maskedHeaders, maskedText, maskedUrl } from '../../src/evidence/secrets.ts';

/** A session token as Mattermost makes them has 26 of these; others are longer, or have other characters. */
const token = fc.stringMatching(/^[a-z0-9]{16,40}$/);
const looseToken = fc.stringMatching(/^[A-Za-z0-9+/_.~-]{21,60}={0,2}$/);

const secretParameter = fc.constantFrom(
  ...['access_token', 'token', 'id_token', 'refresh_token', 'Token', 'code', 'api_key', 'apikey', 'X-Amz-Signature'],
  ...['password', 'client_secret', 'jwt', 'sig', 'auth', 'session_id', 'sid', 'SAMLResponse', 'key', 'ticket', 'pwd'],
);
const plainParameter = fc.constantFrom(
  ...['connection_id=8scyrjxo7trb5yd5i5ee5ywm3o', 'sequence_number=42', 'posted_ack=true', 'disconnect_err_code=4000'],
  ...['x', 'name=a%20b', 'empty=', ''],
);

/** Some of the letters of a name as percent escapes. */
const escaped = (name: string, which: readonly boolean[]): string =>
  Array.from(name, (letter, i) => (which[i] ? `%${letter.charCodeAt(0).toString(16)}` : letter)).join('');

/** A query with one secret among plain parameters, its name escaped here and there. */
const query = fc
  .tuple(fc.array(plainParameter), secretParameter, fc.array(fc.boolean()), fc.array(plainParameter))
  .map(([before, name, which, after]) => ({ before, name: escaped(name, which), after }));

function shows(output: unknown, secret: string): boolean {
  const text = JSON.stringify(output);
  return text.includes(secret) || text.includes(encodeURIComponent(secret));
}

describe('a secret never reaches the evidence', () => {
  it.each([
    ['Authorization', (secret: string) => `Bearer ${secret}`],
    ['authorization', (secret: string) => secret],
    ['AUTHORIZATION', (secret: string) => `${secret} trailing`],
    ['Proxy-Authorization', (secret: string) => `Digest username="x", response="${secret}"`],
    ['Cookie', (secret: string) => `MMAUTHTOKEN=${secret}; MMUSERID=${secret}`],
    ['Cookie', (secret: string) => `rl_page=a; ${secret}`],
    ['Cookie', (secret: string) => `a="x;${secret}"`],
    ['Set-Cookie', (secret: string) => `MMAUTHTOKEN=${secret}; Path=/; HttpOnly`],
    ['set-cookie', (secret: string) => `${secret}; Path=/`],
    ['X-CSRF-Token', (secret: string) => secret],
    ['X-CSRF-Token', (secret: string) => `${secret} ${secret}`],
    ['Token', (secret: string) => secret],
    ['X-Auth-Request-Access-Token', (secret: string) => secret],
    ['Cf-Access-Jwt-Assertion', (secret: string) => secret],
    ['X-Amzn-Oidc-Data', (secret: string) => secret],
    ['Sec-WebSocket-Protocol', (secret: string) => secret],
    ['Sec-WebSocket-Protocol', (secret: string) => `mqtt, ${secret}`],
    ['sec-websocket-protocol', (secret: string) => `base64url.bearer.authorization.k8s.io.${secret},v4.channel.k8s.io`],
    ['Location', (secret: string) => `https://sso.example/cb#access_token=${secret}&state=1`],
    ['Location', (secret: string) => `//user:${secret}@chat.example/`],
    ['Location', (secret: string) => `/login?redirect_to=${encodeURIComponent(`/x?token=${secret}`)}`],
    ['Referer', (secret: string) => `https://chat.example/?token=${secret}`],
    ['X-Original-URL', (secret: string) => `/api/v4/websocket?access_token=${secret}`],
    ['Refresh', (secret: string) => `0; url=https://chat.example/?token=${secret}`],
  ])('in %s', (name, header) => {
    fc.assert(
      fc.property(token, (secret) => {
        const masked = maskedHeader(name, header(secret));
        expect(masked[0]).toBe(name);
        expect(shows(masked, secret)).toBe(false);
      }),
    );
  });

  it('in a query, whatever stands around it and however its name is escaped', () => {
    fc.assert(
      fc.property(query, looseToken, fc.constantFrom('&', ';'), ({ before, name, after }, secret, separator) => {
        const url = `/api/v4/websocket?${[...before, `${name}=${secret}`, ...after].join(separator)}`;
        expect(shows(maskedUrl(url), secret)).toBe(false);
      }),
      { numRuns: 1000 },
    );
  });

  it('in a URL inside a URL inside a URL', () => {
    fc.assert(
      fc.property(secretParameter, token, fc.nat(3), (name, secret, depth) => {
        let url = `https://chat.example/?${name}=${secret}`;
        for (let i = 0; i < depth; i++) url = `/login?next=${encodeURIComponent(url)}`;
        expect(shows(maskedUrl(url), secret)).toBe(false);
      }),
    );
  });

  it.each([
    ['/a;jsessionid=SECRET?connection_id=1', '/a;jsessionid=***?connection_id=1'],
    ['https://user:pass@wo@rd@host/path?x=1', 'https://***@host/path?x=1'],
    ['/?%zz_access_%74oken=SECRET&x=1', '/?%zz_access_%74oken=***&x=1'],
    ['/?token=SECRET;SECRET&x=1', '/?token=***&x=1'],
    ['/?a?token=SECRET', '/?a?token=***'],
    ['/?token=SECRET=SECRET', '/?token=***'],
    ['/?token=', '/?token=***'],
  ])('in %s', (url, masked) => {
    expect(maskedUrl(url)).toBe(masked);
  });
});

describe('what a diagnosis needs stays', () => {
  it('the connection and the sequence number in the URL, byte for byte, and the order of all parameters', () => {
    fc.assert(
      fc.property(query, token, ({ before, name, after }, secret) => {
        const url = `/api/v4/websocket?${[...before, `${name}=${secret}`, ...after].join('&')}`;
        const masked = `/api/v4/websocket?${[...before, `${name}=***`, ...after].join('&')}`;
        expect(maskedUrl(url)).toBe(masked);
        expect(maskedUrl(masked)).toBe(masked);
      }),
    );
  });

  it.each([
    ['/api/v4/websocket?connection_id=8scyrjxo7trb5yd5i5ee5ywm3o&sequence_number=42&disconnect_err_code=4001'],
    ['/'],
    ['*'],
    [''],
    ['https://chat.example:8065/team/channels/town-square?q=100%25&r=%zz#top'],
    ['/files/50%25%20off?a=b%26c'],
  ])('all of %j', (url) => {
    expect(maskedUrl(url)).toBe(url);
  });

  it.each([
    ['Authorization', 'Bearer abc', 'Bearer ***'],
    ['Authorization', 'AWS4-HMAC-SHA256 Credential=abc', 'AWS4-HMAC-SHA256 ***'],
    ['Authorization', 'abcdefghijklmnopqrstuvwxyz', '***'],
    ['Cookie', 'MMAUTHTOKEN=abc; MMUSERID=def;', 'MMAUTHTOKEN=***; MMUSERID=***;'],
    ['Set-Cookie', 'AWSALB=abc; Path=/; Max-Age=60; SameSite=None', 'AWSALB=***; Path=/; Max-Age=60; SameSite=None'],
    ['Sec-WebSocket-Protocol', 'mqtt, v12.stomp,graphql-transport-ws', 'mqtt, v12.stomp,graphql-transport-ws'],
    ['Location', 'https://chat.example/login?code=abc', 'https://chat.example/login?code=***'],
  ])('of %s: %s is shown as %s', (name, value, shown) => {
    expect(maskedHeader(name, value)).toEqual([name, shown]);
  });

  it.each([
    ['Sec-WebSocket-Key', 'dGhlIHNhbXBsZSBub25jZQ=='],
    ['Sec-WebSocket-Accept', 's3pPLMBiTxaQ9kYGzzhZRbK+xOo='],
    ['Sec-WebSocket-Extensions', 'permessage-deflate; client_max_window_bits'],
    ['User-Agent', 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0'],
    ['WWW-Authenticate', 'Bearer realm="chat", error="invalid_token"'],
    ['Forwarded', 'for=192.0.2.60;proto=http;by=203.0.113.43'],
    ['Origin', 'https://chat.example'],
    ['X-Forwarded-For', '192.0.2.1, 10.0.0.1'],
    ['Content-Type', 'text/html; charset=utf-8'],
    ['traceparent', '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'],
  ])('%s as it is', (name, value) => {
    expect(maskedHeader(name, value)).toEqual([name, value]);
  });

  it('case, order and duplicates of the header lines', () => {
    expect(maskedHeaders(['coOkie', 'a=1', 'Host', 'x', 'COOKIE', 'b=2', 'host', 'y'])).toEqual([
      ['coOkie', 'a=***'],
      ['Host', 'x'],
      ['COOKIE', 'b=***'],
      ['host', 'y'],
    ]);
  });
});

describe('a hostile request', () => {
  it.each([
    ['escapes of escapes', `/?a=%${'25'.repeat(30_000)}`],
    ['nothing but separators', `/?${'&;#?'.repeat(15_000)}`],
    ['a parameter without end', `/?${'a'.repeat(60_000)}`],
    ['semicolons', `/${';a'.repeat(30_000)}=`],
    ['one at-sign after many colons', `https://${':'.repeat(60_000)}/@`],
  ])('with 60 KB of %s is masked before anybody notices', (_, url) => {
    const start = performance.now();
    maskedUrl(url);
    maskedHeader('Cookie', url);
    maskedHeader('Authorization', url);
    maskedHeader('Sec-WebSocket-Protocol', url);
    expect(performance.now() - start).toBeLessThan(500);
  });
});

describe('the body of a refusal', () => {
  it.each([
    ['<a href="https://sso.example.com/login?token=hunter2&x=1">Found</a>', 'token=***&x=1'],
    ['{"access_token":"hunter2","message":"no"}', '"access_token":"***","message":"no"'],
    ['{"session": "hunter2"}', '"session": "***"'],
    ['<input name="x" value="/go?next=%2Fa%3Ftoken%3Dhunter2">', 'value="/go?next=***"'],
    ['session_id=hunter2&ok=1', 'session_id=***&ok=1'],
  ])('%s is kept without its secrets', (text, kept) => {
    expect(maskedText(text)).toContain(kept);
    expect(maskedText(text)).not.toContain('hunter2');
  });

  it('is otherwise kept as it was', () => {
    const text =
      'Bad Request\n{"id":"api.web_socket.connect.upgrade.app_error","message":"Failed to upgrade websocket connection.","status_code":500}';
    expect(maskedText(text)).toBe(text);
  });
});
