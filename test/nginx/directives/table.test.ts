import { describe, expect, it } from 'vitest';
import { defaultOf, directiveInfo, directiveNames, inheritanceOf } from '../../../src/nginx/directives/table.ts';
import { parseOffset, parseSeconds, parseTime } from '../../../src/nginx/directives/values.ts';
import { parseVersion } from '../../../src/nginx/version.ts';

const every = [...directiveNames()].flatMap((name) => directiveInfo(name));

describe('the table of directives', () => {
  it('knows those of nginx, of NGINX Plus and of the modules that are met most', () => {
    expect(every.filter(({ from }) => from === 'nginx').length).toBeGreaterThan(700);
    expect(directiveInfo('content_by_lua_block')).toMatchObject([{ from: 'third-party', block: true }]);
    expect(directiveInfo('more_set_headers')).toMatchObject([{ module: 'ngx_http_headers_more_filter_module' }]);
    expect(directiveInfo('auth_jwt')).toMatchObject([{ from: 'nginx-plus' }]);
    expect(directiveInfo('proxy_read_timeot')).toEqual([]);
  });

  it('has a default that its own kind of value can read', () => {
    for (const { name, value, default: words } of every) {
      if (words === null) continue;
      const [text = ''] = words;
      if (value === 'flag') expect(['on', 'off'], name).toContain(text);
      if (value === 'ms') expect(parseTime(text), name).not.toBeNull();
      if (value === 'seconds') expect(parseSeconds(text), name).not.toBeNull();
      if (value === 'size' || value === 'offset') expect(parseOffset(text), name).not.toBeNull();
      if (typeof value === 'object') for (const word of words) expect(value.words, name).toContain(word);
    }
  });

  it('says the same once of one name in one place', () => {
    for (const name of directiveNames()) {
      const places = directiveInfo(name)
        .filter(({ from }) => from === 'nginx')
        .flatMap(({ contexts }) => contexts);
      expect(new Set(places).size, name).toBe(places.length);
    }
  });

  it('has versions where it names some', () => {
    for (const { name, since, until, formerDefaults } of every) {
      for (const version of [since, until, ...formerDefaults.map(({ before }) => before)]) {
        if (version !== null) expect(parseVersion(version), `${name} ${version}`).not.toBeNull();
      }
    }
  });
});

describe('defaults', () => {
  const at = (name: string, version: string | null): string =>
    defaultOf(name, version === null ? null : parseVersion(version)).words.join(' ');

  it('are those of every version where they never changed', () => {
    expect(defaultOf('proxy_read_timeout', null)).toEqual({ words: ['60s'], unsure: null });
    expect(at('client_max_body_size', null)).toBe('1m');
    expect(at('large_client_header_buffers', null)).toBe('4 8k');
    expect(at('keepalive_timeout', null)).toBe('75s');
  });

  it('change with the version', () => {
    expect(at('proxy_http_version', '1.29.6')).toBe('1.0');
    expect(at('proxy_http_version', '1.29.7')).toBe('1.1');
    expect(at('keepalive', '1.22.1')).toBe('0');
    expect(at('keepalive', '1.30.0')).toBe('32 local');
    expect(at('keepalive_requests', '1.18.0')).toBe('100');
    expect(at('keepalive_requests', '1.19.10')).toBe('1000');
    expect(at('ssl_protocols', '1.22.1')).toBe('TLSv1 TLSv1.1 TLSv1.2');
    expect(at('ssl_protocols', '1.26.3')).toBe('TLSv1 TLSv1.1 TLSv1.2 TLSv1.3');
    expect(at('ssl_protocols', '1.28.0')).toBe('TLSv1.2 TLSv1.3');
  });

  it('are said to be unsure where nobody names the version', () => {
    expect(defaultOf('proxy_http_version', null).unsure).toBe('1.0 before nginx 1.29.7, 1.1 since');
  });

  it('differ between blocks that know the same name', () => {
    expect(defaultOf('keepalive_timeout', null, 'upstream').words).toEqual(['60s']);
    expect(defaultOf('keepalive_timeout', null, 'server').words).toEqual(['75s']);
  });

  it('are none for a stranger', () => {
    expect(defaultOf('nonsense', null)).toEqual({ words: [], unsure: null });
  });
});

describe('inheritance', () => {
  it('replaces lists whole, merges scalars, and passes handlers and rewrites by', () => {
    expect(
      ['proxy_set_header', 'add_header', 'error_page', 'access_log', 'deny', 'proxy_hide_header'].map(inheritanceOf),
    ).toEqual(Array.from({ length: 6 }, () => 'list'));
    expect(
      ['proxy_read_timeout', 'proxy_http_version', 'root', 'proxy_ssl_name', 'satisfy'].map(inheritanceOf),
    ).toEqual(Array.from({ length: 5 }, () => 'scalar'));
    expect(['proxy_pass', 'return', 'rewrite', 'set', 'try_files', 'location', 'upstream'].map(inheritanceOf)).toEqual(
      Array.from({ length: 7 }, () => 'none'),
    );
  });
});
