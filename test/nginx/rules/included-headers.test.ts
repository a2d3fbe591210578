import { describe, expect, it } from 'vitest';
import { check } from '../../../src/nginx/check.ts';
import { applyEdits } from '../../../src/nginx/fix/apply.ts';
import type { ConfigFiles } from '../../../src/nginx/parse/config-files.ts';
import { parse } from '../../../src/nginx/parse/parse.ts';

/** Headers that stand in a file of their own, which several locations include. */

const MAIN = '/etc/nginx/nginx.conf';
const SNIPPET = '/etc/nginx/proxy_params';

const SITE = `events {}
http {
    server {
        listen 80;
        server_name chat.example.com;
        location ~ ^/api/v4/websocket/?$ {
            include proxy_params;
            proxy_pass http://127.0.0.1:8065;
        }
        location / {
            include proxy_params;
            proxy_pass http://127.0.0.1:8065;
        }
    }
}
`;

function checked(files: Readonly<Record<string, string>>) {
  const given: ConfigFiles = {
    read: (path) => {
      const text = files[path];
      return text === undefined ? { unknown: true } : { bytes: new TextEncoder().encode(text) };
    },
    list: () => [],
  };
  return check(parse(MAIN, given), { version: null, host: null });
}

/** @returns the files as --fix leaves them */
function mended(files: Readonly<Record<string, string>>): Record<string, string> {
  const { findings, configuration } = checked(files);
  const edits = findings.flatMap((finding) => finding.edits ?? []);
  return Object.fromEntries(
    configuration.files.map((source) => {
      const own = edits.filter(({ at }) => at.source === source);
      return [source.name, new TextDecoder().decode(applyEdits(source, own).bytes)];
    }),
  );
}

/** Rules about a header that is missing. */
const HANDSHAKE = new Set(['WS001', 'WS002', 'WS007', 'WS014', 'WS016']);

const missed = (files: Readonly<Record<string, string>>): string[] =>
  checked(files)
    .findings.map(({ rule }) => rule.id)
    .filter((id) => HANDSHAKE.has(id));

describe('headers in a file that locations include', () => {
  it('count as the location’s own', () => {
    const snippet =
      'proxy_set_header Host $http_host;\nproxy_set_header Upgrade $http_upgrade;\nproxy_set_header Connection $http_connection;\n';
    expect(missed({ [MAIN]: SITE, [SNIPPET]: snippet })).toEqual([]);
  });

  it('are not missed while nobody has shown the file', () => {
    expect(missed({ [MAIN]: SITE })).toEqual([]);
  });

  it('are missed once the file is there and has none of them', () => {
    const files = { [MAIN]: SITE, [SNIPPET]: 'proxy_set_header Host $http_host;\n' };
    expect(missed(files)).toEqual(expect.arrayContaining(['WS001', 'WS002']));
    const after = mended(files);
    expect(after[SNIPPET], 'a mend goes into the location, not into everybody’s file').toBe(files[SNIPPET]);
    expect(missed(after)).toEqual([]);
  });

  it('never say upgrade to plain requests after a mend of the file', () => {
    const snippet =
      'proxy_set_header Host $http_host;\nproxy_set_header Upgrade $http_upgrade;\nproxy_set_header Connection "";\n';
    const after = mended({ [MAIN]: SITE, [SNIPPET]: snippet });
    expect(after[SNIPPET]).toContain('proxy_set_header Connection $connection_upgrade;');
    expect(after[MAIN]).toContain('map $http_upgrade $connection_upgrade');
    expect(missed(after)).toEqual([]);
  });
});
