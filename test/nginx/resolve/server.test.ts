import { describe, expect, it } from 'vitest';
import { modelOf, proxiedBy, resolved, says } from './resolved.ts';

const names = (text: string, url: string): readonly string[] => resolved(text, url).server?.names ?? [];

describe('the server that answers', () => {
  it('says which ports there are when nothing listens on the one asked for', () => {
    const { server, outcome } = resolved('http { server { listen 8080; } server { listen 443 ssl; } }', 'ws://a.test/');
    expect(server).toBeNull();
    expect(outcome).toMatchObject({ kind: 'unknown', because: expect.stringContaining('443, 8080') });
  });

  it('prefers the address that was asked for by number, and says that others answer elsewhere', () => {
    const text = `http {
      server { listen 80; server_name everywhere; }
      server { listen 192.0.2.1:80; server_name inside; }
    }`;
    expect(names(text, 'ws://192.0.2.1/')).toEqual(['inside']);
    expect(names(text, 'ws://inside/')).toEqual(['inside']);
    expect(says(resolved(text, 'ws://everywhere/'))).toContain('a request that arrives on 192.0.2.1:80');
  });

  it('names the servers that have the same name, and takes the first', () => {
    const resolution = resolved(
      'http { server { listen 80; server_name a; return 200 1; }\nserver { listen 80; server_name a; return 200 2; } }',
      'ws://a/',
    );
    expect(resolution.steps.find(({ says }) => says.includes('nginx warns and takes the first'))?.at?.line).toBe(2);
    expect(resolution.outcome).toMatchObject({ by: { args: [{ text: '200' }, { text: '1' }] } });
  });

  it('listens on *:80 where no listen says otherwise', () => {
    expect(names('http { server { server_name plain; } }', 'http://plain/')).toEqual(['plain']);
  });

  it('does not take QUIC or a unix socket for a TCP port', () => {
    const text = 'http { server { listen 443 quic; listen unix:/run/x.sock; server_name a; } }';
    expect(resolved(text, 'wss://a/').server).toBeNull();
  });

  it('knows TLS from any server of the same address', () => {
    const [first, second] = modelOf('http { server { listen 443 ssl; } server { listen 443; } }').servers;
    expect([first?.listens[0]?.ssl, second?.listens[0]?.ssl]).toEqual([true, true]);
  });

  it('answers 400 to a client that speaks plainly on a TLS port, and cannot follow one that does the reverse', () => {
    const text = 'http { server { listen 443 ssl; listen 80; location / { return 200; } } }';
    expect(resolved(text, 'ws://a:443/').outcome).toMatchObject({ kind: 'answer', status: 400 });
    expect(resolved(text, 'wss://a:80/').outcome.kind).toBe('unknown');
    expect(resolved(text, 'wss://a/').outcome).toMatchObject({ status: 200 });
  });

  it('opens every port of a range', () => {
    expect(modelOf('http { server { listen 8000-8003; } }').servers[0]?.listens.map(({ port }) => port)).toEqual([
      8000, 8001, 8002, 8003,
    ]);
  });

  it('reads a file of conf.d as a piece of the http block', () => {
    const model = modelOf('proxy_read_timeout 77s;\nserver { listen 80; location / { proxy_pass http://b; } }');
    expect(model.block).toBeNull();
    const resolution = resolved(
      'proxy_read_timeout 77s;\nserver { listen 80; location / { proxy_pass http://b; } }',
      'ws://a/',
    );
    expect(resolution.effective.time('proxy_read_timeout').ms).toBe(77_000);
  });
});

describe('a template whose placeholders are left in', () => {
  it('takes a name that is left open for the host, and says so', () => {
    const text =
      'http { server { listen 80; server_name ${DOMAIN}; return 200 1; } server { listen 80 default_server; return 200 2; } }';
    const resolution = resolved(text, 'ws://chat.test/');
    expect(resolution.server?.names).toEqual(['${DOMAIN}']);
    expect(says(resolution)).toContain('is a placeholder');
  });

  it('does not choose between two names that are left open', () => {
    const text = 'http { server { listen 80; server_name ${A}; } server { listen 80; server_name ${B}; } }';
    expect(resolved(text, 'ws://chat.test/').outcome).toMatchObject({
      kind: 'unknown',
      because: expect.stringContaining('placeholder'),
    });
  });

  it('chooses the one that is asked for as it is written', () => {
    const text = 'http { server { listen 80; server_name ${A}; } server { listen 80; server_name chat.${B}; } }';
    expect(names(text, 'ws://chat.${B}/')).toEqual(['chat.${B}']);
  });

  it('takes a port that is left open where the name fits', () => {
    const text = 'http { server { listen ${PORT}; server_name a; } server { listen 80; server_name b; } }';
    expect(names(text, 'ws://a/')).toEqual(['a']);
    expect(names(text, 'ws://b/')).toEqual(['b']);
  });

  it('knows the path that the backend receives, if not where it is', () => {
    const text = 'http { server { listen 80; location /mm/ { proxy_pass http://${HOST}:8065/; } } }';
    const { upstream, target, to, headers } = proxiedBy(resolved(text, 'ws://a/mm/api?x'));
    expect({ upstream, target, to }).toEqual({ upstream: null, target: '/api?x', to: '${HOST}:8065' });
    expect(headers.find(({ name }) => name === 'Host')?.value).toBeNull();
  });
});
