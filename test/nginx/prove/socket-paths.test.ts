import { describe, expect, it } from 'vitest';
import { parse } from '../../../src/nginx/parse/parse.ts';
import { sitesOf, socketPaths } from '../../../src/nginx/prove/sites.ts';
import { memoryFiles } from '../parse/memory-files.ts';

function pathsOf(text: string): Record<string, string[]> {
  const configuration = parse('/n/x', memoryFiles({ '/n/x': text }));
  const { sites } = sitesOf(configuration, null);
  const main = sites.map((site): [string, string[]] => [
    site.host,
    socketPaths(configuration, site)
      .filter(({ kind }) => kind === 'main' || kind === 'literal')
      .map(({ path }) => path),
  ]);
  return Object.fromEntries(main);
}

it('a name with other letters is asked for as a browser does', () => {
  expect(Object.keys(pathsOf('server { listen 80; server_name MÜNCHEN.test; }'))).toEqual(['xn--mnchen-3ya.test']);
});

describe('the sockets that are measured', () => {
  it('are those of the subpath where a server has Mattermost under one, and of its own servers alone', () => {
    const paths = pathsOf(`
      server { listen 80; server_name a.test; location /chat/ { proxy_pass http://127.0.0.1:8065; } }
      server { listen 80; server_name b.test; location / { proxy_pass http://127.0.0.1:8065; } }`);
    expect(paths).toEqual({ 'a.test': ['/chat/api/v4/websocket'], 'b.test': ['/api/v4/websocket'] });
  });

  it.each([
    ['a piece of http', (text: string): string => text],
    ['a whole configuration', (text: string): string => `events {}\nhttp { ${text} }`],
  ])('are known by the upstreams that stand beside the server: %s', (_what, around) => {
    const paths = pathsOf(
      around(`upstream team { server 127.0.0.1:8065; }
        server { listen 80; server_name a.test; location /team/ { proxy_pass http://team; } location / { return 404; } }`),
    );
    expect(paths).toEqual({ 'a.test': ['/team/api/v4/websocket'] });
  });

  it('have those beside them that a location was made for', () => {
    const paths = pathsOf(
      'server { listen 80; server_name a.test; location /live/ws { proxy_pass http://b; } location /news { return 200; } }',
    );
    expect(paths).toEqual({ 'a.test': ['/api/v4/websocket', '/live/ws'] });
  });
});
