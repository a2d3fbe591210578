import { expect, it } from 'vitest';
import { findNginx, inspectNginx } from '../../../src/nginx/prove/nginx-build.ts';
import { prove } from '../../../src/nginx/prove/prove.ts';
import { ConfigurationRefused, CopyRefused } from '../../../src/nginx/prove/running-copy.ts';
import { describeWith } from '../../kit/needs.ts';
import { read } from './proven.ts';

const QUIET = { step: () => undefined, waiting: () => undefined };

async function refusal(text: string, files: Readonly<Record<string, string>> = {}): Promise<unknown> {
  const nginx = await inspectNginx(findNginx(process.env.PATH ?? '') ?? 'nginx');
  const signal = new AbortController().signal;
  const options = { nginx, waitMs: 100, scale: 1, host: null, signal, progress: QUIET };
  return await prove(read(text, files), options).then(
    () => null,
    (error: unknown) => error,
  );
}

describeWith(['nginx', 'openssl'], 'a configuration that is not run', () => {
  it('because of Lua is refused at its line, and all such lines at once', async () => {
    const error = await refusal(
      'events {}\nhttp {\n  lua_package_path x;\n  server { access_by_lua_block { x() } }\n}\n',
    );
    expect(error).toBeInstanceOf(CopyRefused);
    expect(error instanceof CopyRefused && error.refusals.map(({ file, line }) => `${file}:${line}`)).toEqual([
      '/conf/nginx.conf:3',
      '/conf/nginx.conf:4',
    ]);
  });

  it('because nginx does not take it is refused in nginx’s words, at the line that the operator wrote', async () => {
    const error = await refusal('events {}\nhttp { include site.conf; }\n', {
      '/conf/site.conf': '\nserver {\n  location ~ x {\n    proxy_pass http://a/b;\n  }\n}\n',
    });
    expect(error).toBeInstanceOf(ConfigurationRefused);
    expect(error instanceof ConfigurationRefused && error.errors).toEqual([
      {
        file: '/conf/site.conf',
        line: 4,
        column: 5,
        says: expect.stringContaining('"proxy_pass" cannot have URI part'),
      },
    ]);
  });

  it('because of an unknown variable is refused in nginx’s words', async () => {
    const error = await refusal('events {}\nhttp { server { listen 80; return 200 $nowhere; } }\n');
    expect(error).toBeInstanceOf(ConfigurationRefused);
    expect(error instanceof ConfigurationRefused && error.printed).toEqual(['unknown "nowhere" variable']);
  });

  it('because of a variable that only a module knows is refused with what the copy is without', async () => {
    const error = await refusal(
      'load_module modules/ngx_http_anything_module.so;\nevents {}\nhttp { server { listen 80; return 200 $anything; } }\n',
    );
    expect(error instanceof ConfigurationRefused && error.printed).toEqual([
      'unknown "anything" variable; the copy is without load_module (line 1), which may be what brings it',
    ]);
  });

  it('in words that name no file of the copy', async () => {
    const error = await refusal(
      'server { listen 80; location / { proxy_cache nowhere; proxy_pass http://10.0.0.1; } }\n',
    );
    expect(error instanceof ConfigurationRefused && error.printed).toEqual(['"proxy_cache" zone "nowhere" is unknown']);
  });
});
