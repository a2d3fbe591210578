import { describe, expect, it } from 'vitest';
import { loadDataDir } from '../../src/settings/load.ts';
import { printSettings } from '../../src/settings/print.ts';
import { folder, load } from './fixture.ts';

const GATEWAY = [
  ['listen', '127.0.0.1:8066'],
  ['target', 'http://127.0.0.1:8065'],
] as const;

describe('the settings of serve', () => {
  it('have defaults that only want an address and a target', async () => {
    const { settings } = await load({ flags: GATEWAY });
    expect(settings).toEqual({
      taps: [
        {
          name: 'gateway',
          listen: { host: '127.0.0.1', port: 8066 },
          target: { secure: false, host: '127.0.0.1', port: 8065 },
          behind: null,
          before: null,
          idleMs: null,
          tls: null,
          targetTls: null,
          appendForwarded: false,
        },
      ],
      page: { listen: { host: '127.0.0.1', port: 8067 }, tls: null, hosts: [] },
      token: null,
      dataDir: expect.stringMatching(/\/hangup-data$/),
      keepaliveMs: { client: 30_000, server: 30_000 },
      deadAfter: null,
      payload: 'events',
      keepMs: 604_800_000,
      maxDiskBytes: 2_147_483_648,
      maxConnections: null,
      drainMs: 10_000,
      logLevel: 'info',
    });
  });

  it('read several taps with everything a tap can have', async () => {
    const { settings } = await load({
      taps: [
        'inner,listen=127.0.0.1:8066,target=http://127.0.0.1:8065,behind=nginx,idle=60s',
        'edge,listen=:8443,target=https://10.0.0.9,before=nginx,cert=c.pem,key=k.pem,ca=a.pem,servername=chat,forwarded=append',
        'lab,listen=127.0.0.1:0,target=https://10.0.0.9:8443,insecure',
      ],
      files: { 'c.pem': '', 'k.pem': '', 'a.pem': '' },
    });
    const [inner, edge, lab] = settings.taps;
    expect(inner).toMatchObject({ name: 'inner', behind: 'nginx', before: null, idleMs: 60_000, targetTls: null });
    expect(edge).toMatchObject({
      before: 'nginx',
      appendForwarded: true,
      tls: { cert: expect.stringMatching(/^\/.*\/c\.pem$/), key: expect.stringMatching(/^\/.*\/k\.pem$/) },
      targetTls: { ca: expect.stringMatching(/^\/.*\/a\.pem$/), insecure: false, servername: 'chat' },
    });
    expect(lab?.targetTls).toEqual({ ca: null, insecure: true, servername: null });
  });

  it('come from the flag before the environment before the file', async () => {
    const files = { 'hangup.yaml': 'keepalive: 10s\npayload: none\nkeep: 1d\n' };
    const env = { HANGUP_KEEPALIVE: '20s', HANGUP_PAYLOAD: 'full' };
    const { settings } = await load({ flags: [...GATEWAY, ['keepalive', '40s']], env, files });
    expect(settings.keepaliveMs.client).toBe(40_000);
    expect(settings.payload).toBe('full');
    expect(settings.keepMs).toBe(86_400_000);
  });

  it('let one part of the single tap come from the environment and another from a flag', async () => {
    const { settings } = await load({
      flags: [['listen', '9000']],
      env: { HANGUP_LISTEN: '9001', HANGUP_TARGET: 'http://mattermost:8065' },
    });
    expect(settings.taps).toHaveLength(1);
    expect(settings.taps[0]).toMatchObject({ listen: { port: 9000 }, target: { host: 'mattermost' } });
  });

  it('take the list of taps whole from the highest source that has one', async () => {
    const { settings } = await load({
      env: { HANGUP_TAP: 'a,listen=1001,target=http://x;b,listen=1002,target=http://y' },
      files: { 'hangup.yaml': 'taps:\n  - name: c\n    listen: 1003\n    target: http://z\n' },
    });
    expect(settings.taps.map((tap) => tap.name)).toEqual(['a', 'b']);
  });

  it('read a file with taps, numbers, comments and paths of its own folder', async () => {
    const { settings } = await load({
      config: 'conf.yaml',
      files: {
        'conf.yaml': `# the gateway
taps:
  - name: inner
    listen: 8066
    target: https://127.0.0.1:8065
    insecure: true
    cert: c.pem
    key: k.pem
    behind: nginx
page: off
dead-after: 3
data: journal
`,
        'c.pem': '',
        'k.pem': '',
      },
    });
    expect(settings.page).toBeNull();
    expect(settings.deadAfter).toBe(3);
    expect(settings.dataDir).toMatch(/^\/.*\/journal$/);
    expect(settings.taps[0]).toMatchObject({ behind: 'nginx', targetTls: { insecure: true } });
  });

  it('show the value and the source of each, and never the token', async () => {
    const loaded = await load({
      taps: ['inner,listen=8066,target=http://127.0.0.1:8065,idle=60s'],
      flags: [['drain', '5s']],
      env: { HANGUP_TOKEN: 'hunter2', HANGUP_PAGE: ':0' },
      files: { 'hangup.yaml': '\npayload: none\nkeepalive:   client=15s\n' },
    });
    const shown = printSettings(loaded).replaceAll(/ {2,}/g, ' | ');
    expect(shown).toContain('tap inner idle | 60s | --tap\n');
    expect(shown).toContain('drain | 5s | --drain\n');
    expect(shown).toContain('page | [::]:0 | HANGUP_PAGE\n');
    expect(shown).toContain('payload | none | hangup.yaml:2:10\n');
    expect(shown).toContain('keepalive | client=15s,server=off | hangup.yaml:3:14\n');
    expect(shown).toContain('keep | 7d | default\n');
    expect(shown).toContain('token | set (not shown) | HANGUP_TOKEN\n');
    expect(shown).not.toContain('hunter2');
  });
});

describe('the page', () => {
  it('may speak TLS, with files beside whatever names them, and answer to names', async () => {
    const { settings } = await load({
      config: 'conf.yaml',
      flags: GATEWAY,
      env: { HANGUP_PAGE_HOST: 'Hangup.example.com, chat.internal' },
      files: { 'conf.yaml': 'page: "[::1]:9000,cert=page.pem,key=page.key"\n', 'page.pem': '', 'page.key': '' },
    });
    expect(settings.page).toEqual({
      listen: { host: '::1', port: 9000 },
      tls: { cert: expect.stringMatching(/^\/.*\/page\.pem$/), key: expect.stringMatching(/^\/.*\/page\.key$/) },
      hosts: ['hangup.example.com', 'chat.internal'],
    });
  });

  it('is shown as it can be written', async () => {
    const loaded = await load({
      flags: [...GATEWAY, ['page', ':9000,cert=c.pem,key=k.pem'], ['page-host', 'a.example']],
      files: { 'c.pem': '', 'k.pem': '' },
    });
    const shown = printSettings(loaded).replaceAll(/ {2,}/g, ' | ');
    expect(shown).toMatch(/^page \| \[::\]:9000,cert=\/.*\/c\.pem,key=\/.*\/k\.pem \| --page$/m);
    expect(shown).toContain('page-host | a.example | --page-host\n');
  });
});

describe('the folder of the journal, for commands that only read it', () => {
  it('is the one serve writes to: flag, environment, file, default', async () => {
    const cwd = folder({ 'hangup.yaml': 'data: from-file\nlisten: 8066\n' });
    expect(await loadDataDir('flag', { HANGUP_DATA: 'env' }, cwd)).toBe(`${cwd}/flag`);
    expect(await loadDataDir(null, { HANGUP_DATA: 'env' }, cwd)).toBe(`${cwd}/env`);
    expect(await loadDataDir(null, {}, cwd)).toBe(`${cwd}/from-file`);
    expect(await loadDataDir(null, {}, folder())).toMatch(/\/hangup-data$/);
  });
});
