/**
 * examples/compose/inner and edge over the official Mattermost Docker layout: one command puts hangup in, one takes it out.
 * The layout is a fixture of the same shape; the stand-in is where Mattermost would be.
 */

import { chownSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { certificate } from '../kit/certificate.ts';
import { type Docker, HANGUP_IMAGE, NGINX_IMAGE } from '../kit/docker.ts';
import { eventually, get, goodbye, greetedClient, verdicts } from './calls.ts';

const FIXTURE = fileURLToPath(new URL('./fixtures/mattermost-docker', import.meta.url));
const OVERRIDES = fileURLToPath(new URL('../../examples/compose', import.meta.url));
const LAYOUT = ['-f', 'docker-compose.yml', '-f', 'docker-compose.nginx.yml'];
const INNER = [...LAYOUT, '-f', join(OVERRIDES, 'inner/docker-compose.hangup.yml')];
const EDGE = [...LAYOUT, '-f', join(OVERRIDES, 'edge/docker-compose.hangup-edge.yml')];
/** As docs/deploy.md has them. */
const UP = ['up', '--detach'];
const UP_WITHOUT = ['up', '--detach', '--remove-orphans'];
const STEP_MS = 60_000;
const UP_MS = 20_000;
const HANGUP_USER = 65_532;
const HTTPS = 443;
const PROJECT = 'chat-layout';
const HANGUP_KEY = 'hangup-key.pem';

export function layoutTests(docker: () => Docker): void {
  describe('in the official Mattermost Docker layout', () => {
    let folder = '';
    const env = { COMPOSE_PROJECT_NAME: PROJECT, HANGUP_KEY: `./${HANGUP_KEY}` };
    const compose = (...args: readonly string[]): Promise<string> => docker().compose(folder, env, ...args);
    /** With nginx's own port 443 out of the way. */
    const composeAside = (...args: readonly string[]): Promise<string> =>
      docker().compose(folder, { ...env, HTTPS_PORT: '127.0.0.1:8444' }, ...args);
    const nameOf = async (files: readonly string[], service: string): Promise<string> =>
      (await compose(...files, 'ps', '--quiet', service)).trim();
    const startOf = (container: string): Promise<string> => docker().inspect(container, '{{.State.StartedAt}}');

    /** A request and a WebSocket from outside, all the way to Mattermost. */
    const use = async (): Promise<void> => {
      await eventually(
        'an answer through nginx',
        async () => (await ping(docker())) === 200,
        UP_MS,
        () => docker().logs('nginx_mattermost'),
      );
      await goodbye(await greetedClient(await docker().connect(HTTPS), { secure: true }));
    };

    beforeAll(async () => {
      folder = await layoutFolder();
      await compose(...LAYOUT, ...UP);
      await use();
    }, STEP_MS);

    afterAll(async () => {
      await compose(...LAYOUT, 'down', '--volumes', '--remove-orphans', '--timeout', '2');
      rmSync(folder, { recursive: true, force: true });
    }, STEP_MS);

    it(
      'one command puts hangup between nginx and Mattermost, one takes it out, and Mattermost runs on',
      async () => {
        const mattermost = await startOf('mattermost');
        await compose(...INNER, ...UP);
        await use();
        const hangup = await nameOf(INNER, 'hangup');
        expect(await resolved(docker(), 'nginx_mattermost')).toContain(await addressOf(docker(), hangup));
        expect(await resolved(docker(), hangup)).toContain(await addressOf(docker(), 'mattermost'));
        const seen = await eventually('the verdict', async () => (await verdicts(docker(), hangup))[0], UP_MS);
        expect(seen).toMatchObject({ tap: 'inner', cause: 'client-close', certainty: 'certain' });

        // Killed, it comes back by itself where nginx expects it.
        const address = await addressOf(docker(), hangup);
        await docker().run('exec', hangup, 'node', '-e', 'process.kill(1, "SIGTERM")');
        await eventually(
          'its return',
          async () => (await docker().inspect(hangup, '{{.RestartCount}}')) === '1',
          UP_MS,
        );
        await use();
        expect(await addressOf(docker(), hangup)).toBe(address);

        await compose(...LAYOUT, ...UP_WITHOUT);
        await use();
        expect(await docker().run('ps', '--all', '--quiet', '--filter', 'name=hangup')).toBe('');
        expect(await resolved(docker(), 'nginx_mattermost')).toContain(await addressOf(docker(), 'mattermost'));
        expect(await startOf('mattermost')).toBe(mattermost);
        expect(await kept(docker())).toBe(2);
      },
      STEP_MS,
    );

    it(
      'one command puts hangup before nginx, on port 443 with TLS, and one gives the port back',
      async () => {
        const mattermost = await startOf('mattermost');
        await composeAside(...EDGE, ...UP);
        await use();
        const hangup = await nameOf(EDGE, 'hangup-edge');
        expect(await publishedPort(docker(), hangup, '8443/tcp')).toBe('443');
        const seen = await eventually('the verdict', async () => (await verdicts(docker(), hangup))[0], UP_MS);
        expect(seen).toMatchObject({ tap: 'edge', cause: 'client-close', certainty: 'certain' });

        await compose(...LAYOUT, ...UP_WITHOUT);
        await use();
        expect(await docker().run('ps', '--all', '--quiet', '--filter', 'name=hangup')).toBe('');
        expect(await publishedPort(docker(), 'nginx_mattermost', '443/tcp')).toBe('443');
        expect(await startOf('mattermost')).toBe(mattermost);
      },
      STEP_MS,
    );
  });
}

/** A checkout of the layout, set up as its guide says: .env and a certificate. */
async function layoutFolder(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'mattermost-docker-'));
  cpSync(FIXTURE, folder, { recursive: true });
  const [nginx = '', nginxTag = ''] = NGINX_IMAGE.split(':');
  const [hangup = '', hangupTag = ''] = HANGUP_IMAGE.split(':');
  const own = {
    NGINX_IMAGE_TAG: nginxTag,
    MATTERMOST_IMAGE: hangup,
    MATTERMOST_IMAGE_TAG: hangupTag,
    POSTGRES_IMAGE: nginx,
    POSTGRES_IMAGE_TAG: nginxTag,
  };
  const lines = Object.entries(own).map(([name, value]) => `${name}=${value}`);
  writeFileSync(join(folder, '.env'), `${readFileSync(join(FIXTURE, 'env.example'), 'utf8')}${lines.join('\n')}\n`);
  const { certPath, keyPath } = certificate();
  mkdirSync(join(folder, 'volumes/web/cert'), { recursive: true });
  cpSync(certPath, join(folder, 'volumes/web/cert/cert.pem'));
  cpSync(keyPath, join(folder, 'volumes/web/cert/key-no-password.pem'));
  cpSync(keyPath, join(folder, HANGUP_KEY));
  chownSync(join(folder, HANGUP_KEY), HANGUP_USER, HANGUP_USER);
  return folder;
}

const ping = async (docker: Docker): Promise<number> => {
  try {
    return (await get(await docker.connect(HTTPS), '/api/v4/system/ping', { secure: true })).status;
  } catch {
    return 0; // nobody listens yet
  }
};

/** What a container is told when it asks for Mattermost by its name. */
const resolved = (docker: Docker, container: string): Promise<string> =>
  docker.run('exec', container, 'getent', 'hosts', 'mattermost');

const addressOf = (docker: Docker, container: string): Promise<string> =>
  docker.inspect(container, '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}');

const publishedPort = async (docker: Docker, container: string, port: string): Promise<unknown> =>
  JSON.parse(await docker.inspect(container, `{{json (index .NetworkSettings.Ports "${port}")}}`))[0].HostPort;

/** How many WebSockets are in the journal that stays when hangup is out. */
async function kept(docker: Docker): Promise<number> {
  const volume = ['--volume', `${PROJECT}_hangup-data:/data`];
  const text = await docker.run('run', '--rm', '--network', 'none', ...volume, HANGUP_IMAGE, 'report', '--json');
  return text.split('\n').filter(Boolean).length;
}
