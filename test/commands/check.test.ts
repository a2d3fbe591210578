import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { describeWith } from '../kit/needs.ts';
import { isInstalled, sbinPath } from '../kit/program.ts';
import { BAD, type Found, folderOf, found, GOOD, PIECE, root, run, runPowerless } from './check/run-check.ts';

/** `hangup check` as an operator runs it: a process of its own, on files of a disk. */

const rulesOf = ({ findings }: Found): string[] => findings.map(({ rule }) => rule);

describe('hangup check: what it ends with', () => {
  it.each([
    ['0 where nothing is as bad as an error', GOOD, [], 0],
    ['1 for an error', BAD, [], 1],
    ['1 for a warning where --fail-on says so', GOOD.replace('90s', '70s'), ['--fail-on', 'warning'], 1],
    ['0 for the same warning where it does not', GOOD.replace('90s', '70s'), [], 0],
    ['1 for a note where --fail-on says so', GOOD.replace('90s', '2h'), ['--fail-on', 'note'], 1],
    ['2 for what nginx would refuse', GOOD.replace(/}\n$/, ''), [], 2],
  ])('%s', async (_what, text, args, code) => {
    expect((await run(folderOf({ 'nginx.conf': text }), ['nginx.conf', ...args])).code).toBe(code);
  });

  it('says everything on stdout, with no colours in a pipe', async () => {
    const { stdout, stderr } = await run(folderOf({ 'nginx.conf': BAD }), ['nginx.conf']);
    expect(stderr).toBe('');
    expect(stdout).toMatch(/^error WS001 nginx\.conf:16:\d+ /);
    expect(stdout).toContain('  mend  proxy_set_header Upgrade $http_upgrade;\n');
    expect(stdout).not.toContain('\x1b');
  });

  it.each([
    [['nowhere.conf'], /^hangup: nowhere\.conf: there is no such file\n$/],
    [['empty'], /^hangup: empty: there is neither .* in this folder; nginx\.conf is above it: give that\n$/],
    [['nginx.conf', '--host', ''], /^hangup: --host: "" is no name such as chat\.example\.com\n$/],
    [['nginx.conf', '--host', 'chat.example.com:80'], /^hangup: --host: "chat\.example\.com:80" is no name such as /],
    [['nginx.conf', '--nginx-version', 'Tengine/3.1.0'], /^hangup: --nginx-version: "Tengine\/3\.1\.0" is no version /],
    [['/dev/null'], /^hangup: "\/dev\/null" is not a regular file, so it was not read: send it to `hangup check -`\n$/],
    [['nginx.conf', '--format', 'jsn'], /^hangup: --format: no "jsn"; did you mean json\?\n$/],
    [['nginx.conf', '--fail-on', 'never'], /^hangup: --fail-on: no "never"; there are error, warning, note\n$/],
    [['nginx.conf', '--nginx-version', 'new'], /^hangup: --nginx-version: "new" is no version such as 1\.22\.1\n$/],
    [['nginx.conf', '--explain', 'GET'], /^hangup: --explain: give a method and a URL, such as GET wss:/],
    [['nginx.conf', '--json', '--format', 'sarif'], /^hangup: --json and --format do not agree/],
    [['nginx.conf', '--fixx'], /^hangup: unknown option '--fixx'; did you mean --fix\?\n$/],
  ])('%j is a usage error of one sentence', async (args, sentence) => {
    const folder = folderOf({ 'nginx.conf': GOOD, 'empty/readme': '' });
    const { code, stdout, stderr } = await run(folder, args);
    expect(stderr).toMatch(sentence);
    expect(stdout).toBe('');
    expect(code).toBe(2);
  });

  it('does not wait for a pipe that nobody writes into, nor read a device or what would fill the memory', async () => {
    const folder = folderOf({ 'nginx.conf': 'include pipe;\ninclude /dev/zero;\ninclude large;\n', large: '' });
    truncateSync(join(folder, 'large'), 2 ** 26 + 1);
    expect(spawnSync('mkfifo', [join(folder, 'pipe')]).status).toBe(0);
    const { errors } = await found(folder, ['nginx.conf']);
    expect(errors.map(({ says }) => says).join('\n')).toMatch(
      /pipe" is not a regular file.*zero" is not a regular file.*large" has \d+ bytes; more than \d+ are not read/s,
    );
  });
});

describe('hangup check: where a configuration comes from', () => {
  it('reads a folder by its nginx.conf, with what that includes', async () => {
    const http = GOOD.slice(GOOD.indexOf('    map'), -2);
    const folder = folderOf({
      'nginx.conf': 'events {}\nhttp {\ninclude conf.d/*.conf;\n}\n',
      'conf.d/chat.conf': http.replace('90s', '30s'),
    });
    const result = await found(dirname(folder), [folder]);
    expect(result.files).toEqual([join(folder, 'nginx.conf'), join(folder, 'conf.d/chat.conf')]);
    expect(result.findings).toContainEqual(
      expect.objectContaining({ rule: 'WS008', file: join(folder, 'conf.d/chat.conf') }),
    );
  });

  it('reads a folder without nginx.conf as the pieces of one http block', async () => {
    const folder = folderOf({
      'b.conf': PIECE,
      'a.conf': 'map $http_upgrade $connection_upgrade { default upgrade; }\n',
      'c.txt': '}',
    });
    const result = await found(folder, ['.']);
    expect(result.files).toEqual(['a.conf', 'b.conf']);
    expect(result.errors).toEqual([]);
    expect(rulesOf(result)).toContain('WS001');
  });

  it('resolves what a site of sites-enabled includes from the folder of the nginx.conf above it', async () => {
    const folder = folderOf({
      'nginx.conf': 'events {}\nhttp { include sites-enabled/*; }\n',
      'snippets/headers.conf':
        'proxy_set_header Upgrade $http_upgrade;\nproxy_set_header Connection upgrade;\nproxy_set_header Host $http_host;\n',
      'sites-enabled/chat': PIECE.replace('location / {', 'location / {\n\t\tinclude snippets/headers.conf;'),
    });
    const result = await found(folder, ['sites-enabled/chat']);
    expect(result.files).toEqual(['sites-enabled/chat', 'snippets/headers.conf']);
    expect(rulesOf(result)).not.toContain('WS001');
  });

  it('does not hold a missing include against a piece that lies by itself', async () => {
    const folder = folderOf({
      'site.conf': PIECE.replace('location / {', 'location / {\n\t\tinclude snippets/headers.conf;'),
    });
    const result = await found(folder, ['site.conf']);
    expect(result.errors).toEqual([]);
    expect(result.notes.map(({ says }) => says).join()).toContain('snippets/headers.conf was not given');
  });

  it.each(['proxy_params', 'headers*.conf'])(
    'nor that of %s, which may lie beside an nginx.conf elsewhere',
    async (name) => {
      const folder = folderOf({ 'site.conf': PIECE.replace('location / {', `location / {\n\t\tinclude ${name};`) });
      const { code, stdout } = await run(folder, ['site.conf', '--json']);
      const result: Found = JSON.parse(stdout);
      expect(result.errors).toEqual([]);
      expect(result.notes).toMatchObject([
        { file: 'site.conf', line: 5, says: expect.stringMatching(/was not given/) },
      ]);
      expect(result.notes[0]?.says.startsWith(name)).toBe(true);
      expect(rulesOf(result)).not.toContain('WS001');
      expect(code).toBe(0);
    },
  );

  it('but does where the nginx.conf above it says which folder that would be', async () => {
    const folder = folderOf({
      'nginx.conf': 'events {}\nhttp { include sites/*; }\n',
      'sites/chat': PIECE.replace('location / {', 'location / {\n\t\tinclude sites/proxy_params;'),
    });
    const { errors } = await found(folder, ['sites/chat']);
    expect(errors).toMatchObject([{ file: 'sites/chat', says: expect.stringContaining('(2: No such file') }]);
  });

  it('refuses a missing include of a whole configuration, as nginx does', async () => {
    const result = await found(folderOf({ 'nginx.conf': 'events {}\ninclude missing.conf;\n' }), ['nginx.conf']);
    expect(result.errors).toMatchObject([{ line: 2, says: expect.stringContaining('(2: No such file or directory)') }]);
  });

  it('reads what nginx -T prints, its messages among it, with the version that nginx -V names', async () => {
    const dump = `nginx version: nginx/1.18.0\nnginx: the configuration file /etc/nginx/nginx.conf syntax is ok\n# configuration file /etc/nginx/nginx.conf:\nevents {}\nhttp { include /etc/nginx/conf.d/*.conf; }\n\n# configuration file /etc/nginx/conf.d/chat.conf:\n${PIECE}\n`;
    const result = await found(root, ['-'], dump);
    expect(result).toMatchObject({ version: '1.18.0', versionFrom: 'the dump', errors: [] });
    expect(result.findings).toContainEqual(
      expect.objectContaining({ rule: 'WS001', file: '/etc/nginx/conf.d/chat.conf', line: 5 }),
    );
    const saved = folderOf({ 'dump.txt': dump });
    expect(rulesOf(await found(saved, ['dump.txt']))).toEqual(rulesOf(result));
  });

  it('reads a dump that Windows has saved, with its includes', async () => {
    const dump = `# configuration file C:\\nginx/conf/nginx.conf:\r\nevents {}\r\nhttp { include conf.d/*.conf; }\r\n\r\n# configuration file C:\\nginx/conf/conf.d/chat.conf:\r\n${PIECE}\r\n`;
    const result = await found(root, ['-'], new Uint8Array(Buffer.from(`\ufeff${dump}`, 'utf16le')));
    expect(result.errors).toEqual([]);
    expect(result.findings).toContainEqual(
      expect.objectContaining({ rule: 'WS001', file: 'C:/nginx/conf/conf.d/chat.conf', line: 5 }),
    );
  });

  it('follows the absolute includes of a dump from Windows, which begin with a drive or a slash', async () => {
    const dump = [
      '# configuration file C:\\nginx/conf/nginx.conf:\nevents {}\nhttp { include D:/sites/*.conf; include /all/map.conf; }\n',
      '# configuration file D:/sites/chat.conf:',
      PIECE,
      "# configuration file C:/all/map.conf:\nmap $http_upgrade $made { default upgrade; '' ''; }\n",
    ].join('\n');
    const result = await found(root, ['-'], dump);
    expect(result.notes).toEqual([]);
    expect(result.files).toEqual(['C:/nginx/conf/nginx.conf', 'D:/sites/chat.conf', 'C:/all/map.conf']);
    expect(rulesOf(result)).toContain('WS001');
  });

  it('reads one file from stdin, and does not pretend to know its includes', async () => {
    const result = await found(root, ['-'], GOOD.replace('http {', 'http {\n    include /etc/nginx/mime.types;'));
    expect(result.errors).toEqual([]);
    expect(result.notes).toMatchObject([{ file: 'stdin', line: 7 }]);
    expect(result).toMatchObject({ files: ['stdin'], version: null });
  });

  it.each([
    ['1.29.7', '1.29.7'],
    ['nginx/1.24.0 (Ubuntu)', '1.24.0'],
    ['nginx version: nginx/1.24.0', '1.24.0'],
    ['openresty/1.21.4.1', '1.21.4'],
  ])('takes the version from the flag before all else, as nginx -v prints it too: %s', async (flag, version) => {
    const folder = folderOf({ 'nginx.conf': GOOD });
    expect(await found(folder, ['nginx.conf', '--nginx-version', flag])).toMatchObject({
      version,
      versionFrom: '--nginx-version',
    });
  });

  it('reads a folder of templates, as the pieces that they become', async () => {
    const template = PIECE.replace('chat.example.com', '$' + '{DOMAIN}');
    const result = await found(folderOf({ 'templates/default.conf.template': template }), ['templates']);
    expect(result.errors).toEqual([]);
    expect(result.files).toEqual(['templates/default.conf.template']);
    expect(result.notes.map(({ says }) => says).join()).toContain('$' + '{DOMAIN} is left in');
  });

  it('tells who may not read a file what to do instead', () => {
    const folder = folderOf({ 'nginx.conf': GOOD });
    chmodSync(join(folder, 'nginx.conf'), 0);
    const { status, stderr } = runPowerless(folder, ['nginx.conf']);
    expect(stderr).toBe('hangup: nginx.conf may not be read by you: run `sudo nginx -T | hangup check -` instead\n');
    expect(status).toBe(2);
  });
});

describe('hangup check --explain', () => {
  it.each([
    ['two words', ['nginx.conf', '--explain', 'GET', 'ws://chat.example.com:8080/api/v4/websocket']],
    ['one word', ['nginx.conf', '--explain', 'GET ws://chat.example.com:8080/api/v4/websocket']],
    ['the URL alone', ['nginx.conf', '--explain', 'ws://chat.example.com:8080/api/v4/websocket']],
    ['the path behind it', ['--explain', 'GET', 'ws://chat.example.com:8080/api/v4/websocket', 'nginx.conf']],
  ])('follows the request, given as %s', async (_how, args) => {
    const { code, stdout } = await run(folderOf({ 'nginx.conf': GOOD }), args);
    expect(stdout).toContain('GET ws://chat.example.com:8080/api/v4/websocket\n');
    expect(stdout).toContain('location  /');
    expect(stdout).toMatch(/Upgrade: websocket/);
    expect(code).toBe(0);
  });
});

describe('hangup check --explain, where not all was given', () => {
  const args = ['nginx.conf', '--explain', 'GET', 'ws://chat.example.com:8080/api/v4/websocket'];
  const given = { 'nginx.conf': GOOD.replace('http {', 'http {\n    include /opt/bitnami/nginx/conf/headers.conf;') };

  it('says so under the way', async () => {
    const { stdout } = await run(folderOf(given), args);
    expect(stdout).toContain('\nnote: nginx.conf:7:13 /opt/bitnami/nginx/conf/headers.conf was not given');
  });

  it('says so in JSON, with the version as elsewhere', async () => {
    const { stdout } = await run(folderOf(given), [...args, '--json', '--nginx-version', '1.22.1']);
    expect(JSON.parse(stdout)).toMatchObject({
      notes: [{ file: 'nginx.conf', line: 7 }],
      version: '1.22.1',
      versionFrom: '--nginx-version',
    });
  });
});

describe('hangup check --fix', () => {
  it('writes a mended copy beside the file, shows the diff, and leaves the file alone', async () => {
    const folder = folderOf({ 'nginx.conf': BAD });
    const { code, stdout } = await run(folder, ['nginx.conf', '--fix']);
    expect(readFileSync(join(folder, 'nginx.conf'), 'utf8')).toBe(BAD);
    const copy = readFileSync(join(folder, 'nginx.conf.mended'), 'utf8');
    expect(copy).toContain('proxy_set_header Upgrade $http_upgrade;');
    expect(stdout).toContain('\n+            proxy_set_header Upgrade $http_upgrade;\n');
    expect(stdout).toContain('The mended copy is nginx.conf.mended.');
    expect(code).toBe(0);
    expect(rulesOf(await found(folder, ['nginx.conf.mended']))).not.toContain('WS001');
  });

  it.runIf(isInstalled('patch'))('prints a diff that patch takes', async () => {
    const folder = folderOf({ 'nginx.conf': BAD.replaceAll('    ', '\t') });
    const { stdout } = await run(folder, ['nginx.conf', '--fix']);
    expect(spawnSync('patch', ['-p0', '-s'], { cwd: folder, input: stdout }).status).toBe(0);
    expect(readFileSync(join(folder, 'nginx.conf'))).toEqual(readFileSync(join(folder, 'nginx.conf.mended')));
  });

  it('does not say that nothing remains where nginx would refuse what is mended', async () => {
    const refused = BAD.replace('proxy_read_timeout 90s;', 'proxy_read_timeout 90s;\n            no_such_thing on;');
    const folder = folderOf({ 'nginx.conf': refused });
    const { code, stdout } = await run(folder, ['nginx.conf', '--fix']);
    expect(stdout).toMatch(
      /^What remains, .* \(1 line that nginx would refuse.*\):\nerror nginx\.conf:\d+:13 nginx refuses: /m,
    );
    expect(stdout).not.toContain('Nothing remains');
    expect(code).toBe(2);
    const mended = JSON.parse((await run(folder, ['nginx.conf', '--fix', '--json'])).stdout).mended;
    expect(mended.errors).toMatchObject([{ file: 'nginx.conf', says: expect.stringContaining('no_such_thing') }]);
  });

  it('of nothing to mend writes nothing', async () => {
    const folder = folderOf({ 'nginx.conf': GOOD });
    expect((await run(folder, ['nginx.conf', '--fix'])).stdout).toContain('There is nothing that a machine may mend.');
    expect(readdirSync(folder)).toEqual(['nginx.conf']);
  });

  it('prints the mended text of what came from stdin, and nothing else, on stdout', async () => {
    const { stdout, stderr } = await run(root, ['-', '--fix'], BAD);
    expect(stdout).toContain('proxy_set_header Upgrade $http_upgrade;');
    expect(stdout.startsWith('events {')).toBe(true);
    expect(stderr).toContain('error WS001 stdin:16:');
    expect((await run(root, ['-', '--fix'], GOOD)).stdout).toBe(GOOD);
  });

  it('prints the diff of a dump', async () => {
    const dump = `# configuration file /etc/nginx/nginx.conf:\n${BAD}\n`;
    const { stdout } = await run(root, ['-', '--fix'], dump);
    expect(stdout).toMatch(/^--- \/etc\/nginx\/nginx\.conf\n\+\+\+ \/etc\/nginx\/nginx\.conf\n@@ /);
  });

  it('puts the map that a piece lacks at the top of that piece', async () => {
    const folder = folderOf({ 'site.conf': PIECE });
    await run(folder, ['site.conf', '--fix']);
    expect(readFileSync(join(folder, 'site.conf.mended'), 'utf8')).toMatch(
      /^map \$http_upgrade .*}\nserver \{\n\tlisten 8080/s,
    );
    expect(readdirSync(folder).toSorted()).toEqual(['site.conf', 'site.conf.mended']);
  });

  it('hides the copy where nginx would read it as a site', async () => {
    const folder = folderOf({
      'nginx.conf': 'events {}\nhttp { include sites-enabled/*; }\n',
      'sites-enabled/chat': PIECE,
    });
    await run(folder, ['sites-enabled/chat', '--fix']);
    expect(readdirSync(join(folder, 'sites-enabled')).toSorted()).toEqual(['.chat.mended', 'chat']);
  });

  it('lets nobody read the copy who may not read the file', async () => {
    const folder = folderOf({ 'nginx.conf': BAD, 'pieces/a.conf': PIECE, 'pieces/b.conf': 'map $a $b { default 1; }' });
    for (const name of ['nginx.conf', 'pieces/a.conf']) chmodSync(join(folder, name), 0o600);
    const modeOf = (name: string): number => statSync(join(folder, name)).mode & 0o777;
    await run(folder, ['nginx.conf', '--fix']);
    expect(modeOf('nginx.conf.mended')).toBe(0o600);
    await run(folder, ['pieces', '--fix']);
    expect(modeOf('pieces.mended/a.conf')).toBe(0o600);
  });

  it.each(['pieces', '.'])('copies the pieces of a folder and nothing else, beside it: given as %s', async (path) => {
    const folder = folderOf({ 'pieces/a.conf': PIECE, 'pieces/b.conf': PIECE.replaceAll('8080', '8081') });
    const { stdout } = await run(path === '.' ? join(folder, 'pieces') : folder, [path, '--fix']);
    expect(stdout).toContain('pieces.mended/.');
    expect(readdirSync(folder, { recursive: true }).toSorted()).toEqual([
      'pieces',
      'pieces.mended',
      'pieces.mended/a.conf',
      'pieces.mended/b.conf',
      'pieces/a.conf',
      'pieces/b.conf',
    ]);
  });

  it('does not write into a folder that holds something else', async () => {
    const folder = folderOf({ 'nginx.conf': BAD, 'nginx.conf.mended/mine': 'x' });
    const { code, stdout } = await run(folder, ['nginx.conf', '--fix']);
    expect(stdout).toContain('\n+            proxy_set_header Upgrade $http_upgrade;\n');
    expect(stdout).toContain(
      'Not written: nginx.conf.mended is there and is no copy of this configuration: remove it first.',
    );
    expect(stdout).toMatch(/^Not mended, but could be: \d+ findings? \(WS001.*\n(?:.*\n)*.*would remain/m);
    expect(stdout).not.toMatch(/^(?:Mended:|Nothing remains|What remains)/m);
    expect(code).toBe(2);
  });
});

it('gives the mend as JSON beside the findings', async () => {
  const { stdout } = await run(folderOf({ 'nginx.conf': BAD }), ['nginx.conf', '--fix', '--json']);
  expect(JSON.parse(stdout)).toMatchObject({
    findings: [{ rule: 'WS001' }, ...JSON.parse(stdout).findings.slice(1)],
    mended: {
      made: [{ rule: 'WS001', line: 16 }],
      dropped: [],
      diff: expect.stringContaining('\n+            proxy_set_header Upgrade'),
    },
  });
});

describeWith('nginx', 'hangup check --fix, judged by nginx', () => {
  const nginxAccepts = (conf: string): boolean =>
    spawnSync('nginx', ['-t', '-c', conf, '-p', dirname(conf)], { env: sbinPath() }).status === 0;

  it('copies the whole configuration where an included file changes, and nginx accepts the copy', async () => {
    const folder = folderOf({});
    const files = {
      'nginx.conf': `events {}\nerror_log stderr;\npid ${folder}/nginx.pid;\nhttp {\n    access_log off;\n    include ${folder}/conf.d/*.conf;\n    include "other/map.conf";\n}\n`,
      'conf.d/chat.conf': PIECE,
      'other/map.conf': 'map $http_upgrade $other {\n    default x;\n}\n',
    };
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
    const { stdout } = await run(folder, ['nginx.conf', '--fix']);
    expect(stdout).toContain('The mended copy is nginx.conf.mended/.');
    expect(stdout).toContain('nginx -t accepts it.');
    const copy = join(folder, 'nginx.conf.mended');
    expect(readFileSync(join(copy, 'nginx.conf'), 'utf8')).toContain('    include conf.d/*.conf;\n');
    expect(readFileSync(join(copy, 'conf.d/chat.conf'), 'utf8')).toContain('Upgrade $http_upgrade');
    expect(readFileSync(join(copy, 'other/map.conf'), 'utf8')).toBe(files['other/map.conf']);
    expect(nginxAccepts(join(copy, 'nginx.conf'))).toBe(true);
    // The copy is read by itself: what is broken in the original does not touch it.
    writeFileSync(join(folder, 'conf.d/chat.conf'), '}');
    expect(nginxAccepts(join(copy, 'nginx.conf'))).toBe(true);
  });

  it('says why nginx cannot tell, where it refuses the given one for a reason of its own', async () => {
    const tls = BAD.replace(
      '8080 default_server;',
      '8443 ssl default_server;\n        ssl_certificate missing.pem;\n        ssl_certificate_key missing.pem;',
    );
    const { stdout } = await run(folderOf({ 'nginx.conf': tls.replace('logs/error.log', 'stderr') }), [
      'nginx.conf',
      '--fix',
    ]);
    expect(stdout.replaceAll('\n', ' ')).toMatch(
      /nginx -t cannot tell: it refuses the configuration as it was given too, with the same words: cannot load certificate/,
    );
  });
});

describe('a folder of several whole configurations', () => {
  const folder = (): string => folderOf({ 'all/good.conf': 'events {} http {}', 'all/bad.conf': BAD });

  it('is each of them, checked for itself', async () => {
    const { code, stdout } = await run(folder(), ['all']);
    expect(code).toBe(1);
    expect(stdout).toContain('error WS001 all/bad.conf:');
    expect(stdout).toContain('Nothing found in all/good.conf');
    expect(stdout).not.toContain('not allowed here');
  });

  it('is one report for a machine', async () => {
    const { findings, files } = JSON.parse((await run(folder(), ['all', '--json'])).stdout);
    expect(files).toEqual(['all/bad.conf', 'all/good.conf']);
    expect(findings.map(({ rule }: { rule: string }) => rule)).toContain('WS001');
    const sarif = JSON.parse((await run(folder(), ['all', '--format', 'sarif'])).stdout);
    expect(sarif.runs).toHaveLength(2);
  });

  it('has to be named where only one can be meant', async () => {
    const { code, stderr } = await run(folder(), ['all', '--explain', 'GET', 'ws://a/api/v4/websocket']);
    expect(code).toBe(2);
    expect(stderr).toContain('give one of all/bad.conf, all/good.conf');
  });

  describe('and of pieces', () => {
    const including = BAD.replace('http {', 'http {\n    include inner.conf;');
    const files = {
      'all/whole.conf': including,
      'all/inner.conf': 'gzip on;\n',
      'all/piece.conf': PIECE.replace('8080', '8081'),
      'all/upstream.conf': 'upstream mm { server 127.0.0.1:8065; }\n',
    };

    it('is the whole ones, then the pieces that none of them includes as one http block', async () => {
      const mixed = folderOf(files);
      const { code, stdout } = await run(mixed, ['all']);
      expect(code).toBe(1);
      expect(stdout).not.toContain('nginx refuses');
      expect(stdout).toMatch(/error WS001 all\/whole\.conf:/);
      expect(stdout).toMatch(/error WS001 all\/piece\.conf:/);
      expect(stdout).toContain(' in all/whole.conf and 1 included file;');
      expect(stdout).toContain(' in all/piece.conf and 1 included file;');
      const { files: read } = JSON.parse((await run(mixed, ['all', '--json'])).stdout);
      expect(read).toEqual(['all/whole.conf', 'all/inner.conf', 'all/piece.conf', 'all/upstream.conf']);
    });

    it('names all of them where only one can be meant', async () => {
      const { stderr } = await run(folderOf(files), ['all', '--explain', 'GET', 'ws://a/api/v4/websocket']);
      expect(stderr).toContain('give one of all/whole.conf, all/piece.conf, all/upstream.conf');
    });
  });
});

it('says that little could be checked where no server passes anything on', async () => {
  const files = 'events {} http { server { listen 80; root /srv; } }';
  const { code, stdout } = await run(folderOf({ 'nginx.conf': files }), ['nginx.conf']);
  expect(code).toBe(0);
  expect(stdout).toContain('No server was found that passes WebSockets on');
  const checked = await run(folderOf({ 'nginx.conf': GOOD }), ['nginx.conf']);
  expect(checked.stdout).not.toContain('No server was found');
});

it('says the same of a host that nginx itself answers', async () => {
  const closed = GOOD.replace('8080 default_server', '8080').replace(
    /}\n$/,
    '    server {\n        listen 8080 default_server;\n        return 444;\n    }\n}\n',
  );
  const folder = folderOf({ 'nginx.conf': closed });
  const { stdout } = await run(folder, ['nginx.conf', '--host', 'chta.example.com']);
  expect(stdout).toContain('No server was found that passes WebSockets on');
  const { stdout: known } = await run(folder, ['nginx.conf', '--host', 'chat.example.com']);
  expect(known).not.toContain('No server was found');
});
