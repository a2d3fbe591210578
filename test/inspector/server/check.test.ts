import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { describe, expect, it } from 'vitest';
import { ROUTES } from '../../../src/inspector/routes/routes.ts';
import { componentValidator } from './openapi-document.ts';
import { type PageStage, startPage, TOKEN } from './page-stage.ts';

const BROKEN = `events {}
http {
    server {
        listen 80;
        server_name chat.example.com;
        location /api/v4/websocket {
            proxy_pass http://127.0.0.1:8065;
        }
        location / {
            proxy_pass http://127.0.0.1:8065;
        }
    }
}
`;

const post = (page: PageStage) =>
  page.ask.post('/api/check').set('Authorization', `Bearer ${TOKEN}`).set('Content-Type', 'application/json');

const of = (text: string, more: object = {}) => ({ files: [{ name: 'nginx.conf', text }], ...more });

describe('a configuration that is posted', () => {
  it('is checked: the sentence, the findings at their lines, the way of the socket', async () => {
    const page = await startPage();
    const { status, body, headers } = await post(page).send(of(BROKEN));
    expect(status).toBe(200);
    expect(headers['cache-control']).toBe('no-store');
    expect(body.says).toMatch(/^\d+ errors?.*: WebSockets will not get through\.$/);
    const found = body.findings.find(({ rule }: { rule: string }) => rule === 'WS001');
    expect(found).toMatchObject({ severity: 'error', file: 'nginx.conf', mendable: true });
    expect(BROKEN.split('\n')[found.line - 1]?.slice(found.column - 1, found.column - 1 + found.length)).not.toBe('');
    expect(body.counts.error).toBeGreaterThan(0);
    expect(body.files).toEqual([{ name: 'nginx.conf', given: null, text: BROKEN }]);
    expect(body.path).toMatchObject({ request: 'GET ws://chat.example.com/api/v4/websocket', outcome: 'proxy' });
    expect(body.path.timers[0]).toMatchObject({ name: 'proxy_read_timeout', ms: 60_000, smallest: true });
    expect(body.mend).toBeNull();
  });

  it('is mended when asked for: a diff, the whole file, and fewer errors', async () => {
    const page = await startPage();
    const { body } = await post(page).send(of(BROKEN, { mend: true }));
    const [file] = body.mend.files;
    expect(file.name).toBe('nginx.conf');
    expect(file.diff).toMatch(/^\+ +proxy_set_header Upgrade \$http_upgrade;$/m);
    expect(file.text).toContain('proxy_set_header Upgrade $http_upgrade;');
    expect(body.mend.counts.error).toBe(0);
    expect(body.mend.made.map(({ rule }: { rule: string }) => rule)).toContain('WS001');
  });

  it('is followed for another request', async () => {
    const page = await startPage();
    const { body } = await post(page).send(of(BROKEN, { explain: 'GET ws://chat.example.com/api/v4/users/me' }));
    expect(body.path.hops[1]).toMatchObject({ what: 'location', says: '/', at: { file: 'nginx.conf', line: 9 } });
  });

  it('has its errors said in nginx’s words, at their lines', async () => {
    const page = await startPage();
    const { body } = await post(page).send(of('events {}\nhttp {\n    listen 80;\n}\n'));
    expect(body.errors[0]).toMatchObject({ file: 'nginx.conf', line: 3 });
    expect(body.errors[0].says).toContain('"listen" directive is not allowed here');
    expect(body.says).toContain('nginx will not start with it');
  });

  it('that is a dump tells its files and its version', async () => {
    const page = await startPage();
    const dump = `nginx version: nginx/1.22.1\n# configuration file /etc/nginx/nginx.conf:\n${BROKEN}\n`;
    const { body } = await post(page).send(of(dump));
    expect(body.version).toBe('1.22.1');
    expect(body.files).toEqual([{ name: '/etc/nginx/nginx.conf', given: null, text: BROKEN }]);
    const { body: other } = await post(page).send(of(dump, { version: '1.26.3' }));
    expect(other.version).toBe('1.26.3');
  });

  it('with files that were not given says so in the sentence', async () => {
    const page = await startPage();
    const text = 'events {}\nhttp {\n    include /etc/nginx/mime.types;\n    include /etc/nginx/conf.d/*.conf;\n}\n';
    const { body } = await post(page).send(of(text));
    expect(body.missing).toEqual(['/etc/nginx/mime.types', '/etc/nginx/conf.d/*.conf']);
    expect(body.says).toContain('as far as can be told: 2 included files were not given');
    expect(body.notes.map(({ line }: { line: number }) => line)).toEqual([3, 4]);
  });

  it('of garbage is an answer', async () => {
    const page = await startPage();
    for (const text of ['{'.repeat(100_000), '\u0000\ud800}', '"'.repeat(9), '<html>']) {
      const { status, body } = await post(page).send(of(text));
      expect(status).toBe(200);
      expect(body.errors.length).toBeGreaterThan(0);
    }
  });

  it('of hundreds of servers is answered, with a thousand findings at most and the rest counted', async () => {
    const page = await startPage();
    const server = (n: number) => `    server {
        listen 80;
        server_name chat${n}.example.com;
        location /api/v4/websocket {
            proxy_pass http://127.0.0.1:8065;
        }
        location / {
            proxy_pass http://127.0.0.1:8065;
        }
    }
`;
    const servers = Array.from({ length: 300 }, (_, n) => server(n)).join('');
    const { status, body } = await post(page).send(of(`events {}\nhttp {\n${servers}}\n`));
    expect(status).toBe(200);
    expect(body.findings).toHaveLength(1000);
    const { error, warning, note } = body.counts;
    expect(body.left).toBe(error + warning + note - 1000 - body.errors.length);
    expect(body.left).toBeGreaterThan(0);
  });
});

describe('what cannot be checked is refused with one sentence that cites nothing of it', () => {
  it.each([
    ['no JSON', 'secret-token;', 'the request cannot be read; its body must be JSON in UTF-8'],
    ['no object', '"secret-token"', 'the body: '],
    ['no file', '{"files":[]}', 'files: holds no file'],
    ['a file without a text', '{"files":[{"name":"secret-token"}]}', 'files.0.text: '],
    ['something unknown', JSON.stringify(of('events {}', { nginx: '1' })), 'the body: '],
    ['two files of a name', '{"files":[{"name":"a","text":""},{"name":"a","text":""}]}', 'files: two of them'],
    ['no version', JSON.stringify(of('events {}', { version: 'secret-token' })), 'version: is no version of nginx'],
    ['no request', JSON.stringify(of('events {}', { explain: 'secret-token' })), 'explain: is no request'],
  ])('%s', async (_, body, says) => {
    const page = await startPage();
    const answer = await post(page).send(body);
    expect(answer.status).toBe(400);
    expect(answer.body.error.startsWith(says), answer.body.error).toBe(true);
    expect(answer.body.error).not.toContain('secret-token');
  });

  it('a body of another kind', async () => {
    const page = await startPage();
    const answer = await post(page).set('Content-Type', 'text/plain').send('events {}');
    expect(answer.status).toBe(415);
    expect(answer.body.error).toContain('application/json');
    const packed = await post(page).set('Content-Encoding', 'gzip').send('events {}');
    expect(packed.status).toBe(415);
  });

  it('a body of more than 4 MiB, which is named', async () => {
    const page = await startPage();
    const answer = await post(page).send(of('#'.repeat(4 * 1024 * 1024)));
    expect(answer.status).toBe(413);
    expect(answer.body).toEqual({ error: 'the body of this request may have 4 MiB at most' });
    expect((await post(page).send(of('#'.repeat(3 * 1024 * 1024)))).status).toBe(200);
  });
});

describe('who may not look may not ask', () => {
  it('without the token, or with a wrong one', async () => {
    const page = await startPage();
    const answer = await page.ask.post('/api/check').set('Origin', page.url).send(of(BROKEN));
    expect(answer.status).toBe(401);
    expect((await post(page).set('Authorization', 'Bearer wrong').send(of(BROKEN))).status).toBe(401);
  });

  it('from another origin, also with the cookie', async () => {
    const page = await startPage();
    const signedIn = await page.ask.post('/api/session').set('Origin', page.url).send({ token: TOKEN });
    const [cookie = ''] = signedIn.get('Set-Cookie') ?? [];
    const ask = () => page.ask.post('/api/check').set('Cookie', cookie.split(';')[0] ?? '');
    expect((await ask().set('Origin', page.url).send(of(BROKEN))).status).toBe(200);
    expect((await ask().set('Origin', 'http://evil.example').send(of(BROKEN))).status).toBe(403);
    expect((await ask().send(of(BROKEN))).status).toBe(403);
  });

  it('under another name', async () => {
    const page = await startPage();
    expect((await post(page).set('Host', 'evil.example').send(of(BROKEN))).status).toBe(421);
  });
});

it('nothing of what was checked is in the log, whatever came of it', async () => {
  const page = await startPage();
  const text = `# the-secret-of-this-file\n${BROKEN}`;
  await post(page).send(of(text, { mend: true }));
  await post(page).send('{"files":[{"name":"the-secret-of-this-file"');
  await post(page).send(of(`${'#'.repeat(4 * 1024 * 1024)}the-secret-of-this-file`));
  expect(page.logged.length).toBeGreaterThanOrEqual(3);
  expect(page.logged.join('\n')).toContain('/api/check');
  expect(page.logged.join('\n')).not.toContain('the-secret-of-this-file');
});

it('the answer is as docs/openapi.yaml says, field by field', async () => {
  const page = await startPage();
  const validate = componentValidator('CheckAnswer');
  const includes = BROKEN.replace('http {', 'http {\n    include mime.types;\n    include unknown.conf;');
  const given = [
    { name: 'nginx.conf', text: includes },
    { name: 'x/mime.types', text: 'types {}' },
  ];
  for (const body of [
    of(BROKEN, { mend: true }),
    of('x'),
    { files: given, version: '1.22.1', host: 'chat.example.com' },
  ]) {
    const answer = await post(page).send(body);
    validate(answer.body);
    expect(validate.errors ?? []).toEqual([]);
  }
});

it('who goes away before the answer is let go: the next one is answered', async () => {
  const page = await startPage();
  const going = httpRequest({
    host: '127.0.0.1',
    port: page.port,
    path: '/api/check',
    method: 'POST',
    headers: { Authorization: `Bearer ${TOKEN}`, 'Content-Type': 'application/json' },
  });
  going.on('error', () => undefined);
  going.end(JSON.stringify(of(BROKEN)));
  await once(going, 'finish');
  going.destroy();
  expect((await post(page).send(of(BROKEN))).status).toBe(200);
  expect(page.logged.join('\n')).not.toContain('the page failed');
});

it('is the only route that takes more than a token', () => {
  expect(ROUTES.filter(({ body }) => body !== undefined).map(({ path }) => path)).toEqual(['/api/check']);
});
