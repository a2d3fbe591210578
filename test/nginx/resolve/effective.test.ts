import { describe, expect, it } from 'vitest';
import { effectiveAt } from '../../../src/nginx/resolve/effective.ts';
import { modelOf, resolved } from './resolved.ts';

const CONF = `error_log /main.log;
worker_shutdown_timeout 5m;
http {
  proxy_set_header A 1;
  proxy_set_header B 2;
  proxy_read_timeout 1m30s;
  client_max_body_size 2m;
  gzip on;
  allow 10.0.0.1;
  server {
    listen 80;
    proxy_set_header C 3;
    location / {
      proxy_pass http://b;
      location /deep {
        deny all;
        try_files $uri =404;
      }
    }
  }
}`;

const at = (url: string) => resolved(CONF, url).effective;

describe('what is in force at a place', () => {
  it('has a list of the innermost level that has any of it', () => {
    expect(
      at('http://a/')
        .all('proxy_set_header')
        .map(({ args }) => args[0]?.text),
    ).toEqual(['C']);
  });

  it('has allow and deny in one list: one drops the other that was inherited', () => {
    expect(at('http://a/deep').all('allow')).toEqual([]);
    expect(at('http://a/').all('allow')).toHaveLength(1);
  });

  it('has nothing of an if that nginx does not allow there', () => {
    const inside =
      'if ($http_upgrade) { proxy_set_header A 2; add_header B 2; } proxy_set_header A 1; proxy_pass http://b;';
    const { effective } = resolved(`http { server { listen 80; location / { ${inside} } } }`, 'ws://a/');
    const values = ['proxy_set_header', 'add_header'].map((name) =>
      effective.all(name).map(({ args }) => args[1]?.text),
    );
    expect(values).toEqual([['1'], ['2']]);
  });

  it('has scalars of the nearest level, with their line', () => {
    const time = at('http://a/').time('proxy_read_timeout');
    expect(time.ms).toBe(90_000);
    expect(time.from).toMatchObject({ name: 'proxy_read_timeout' });
    expect(at('http://a/').size('client_max_body_size').bytes).toBe(2 * 1024 * 1024);
    expect(at('http://a/').flag('gzip')).toBe(true);
  });

  it("has nginx's default where nothing is set", () => {
    expect(at('http://a/').time('proxy_send_timeout')).toEqual({ ms: 60_000, from: 'default' });
    expect(at('http://a/').setting('proxy_http_version')).toMatchObject({
      words: ['1.0'],
      from: 'default',
      unsure: null,
    });
    expect(resolved(CONF, 'http://a/', '').effective.setting('proxy_http_version').unsure).toContain('1.29.7');
  });

  it('does not have what belongs to the location around it', () => {
    expect(at('http://a/deep').one('proxy_pass')).toBeNull();
    expect(at('http://a/').one('proxy_pass')).not.toBeNull();
    expect(at('http://a/').one('try_files')).toBeNull();
  });

  it("has main's, too", () => {
    expect(at('http://a/').one('error_log')?.args[0]?.text).toBe('/main.log');
    expect(at('http://a/').time('worker_shutdown_timeout').ms).toBe(300_000);
  });

  it('can be asked of any place, with the top of the configuration beside it', () => {
    const { block, servers, top } = modelOf(CONF);
    const scope = [block, servers[0]?.directive].filter((directive) => directive != null);
    expect(effectiveAt(scope, null, top).one('error_log')).not.toBeNull();
    expect(effectiveAt(scope, null).one('error_log')).toBeNull();
  });

  it('counts gigabytes where nginx does', () => {
    const gigabyte = resolved(
      CONF.replace('client_max_body_size 2m', 'client_max_body_size 1g'),
      'http://a/',
    ).effective;
    expect(gigabyte.size('client_max_body_size').bytes).toBe(1024 ** 3);
  });
});
