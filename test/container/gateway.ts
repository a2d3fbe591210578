/** One container of the image, run as docs/deploy.md says: read-only, no rights, one volume, two published ports. */

import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Docker, HANGUP_IMAGE } from '../kit/docker.ts';
import { Namespace, run } from '../kit/namespace.ts';
import { eventually, get, goodbye, greetedClient, verdicts } from './calls.ts';

const TAP_PORT = 18_066;
const PAGE_PORT = 18_067;
const STANDIN = ['node', 'dist/examples/mattermost-standin/main.js'];
const HEALTHY_MS = 20_000;
/** `docker stop` kills after 10 s. */
const STOP_MS = 10_000;
/** SIGTERM: 128 + 15. */
const ENDED_BY_SIGTERM = '143';

export function gatewayTests(docker: () => Docker): void {
  describe('a container of it', () => {
    beforeAll(async () => {
      await docker().run('network', 'create', 'chat');
      const standin = ['--entrypoint', STANDIN[0] ?? '', HANGUP_IMAGE, ...STANDIN.slice(1), '--listen', '0.0.0.0:8065'];
      await docker().run(
        'run',
        '--detach',
        '--name',
        'mattermost',
        '--network',
        'chat',
        '--no-healthcheck',
        ...standin,
      );
      await startHangup(docker(), 'hangup');
    });

    afterAll(async () => {
      await docker().run('rm', '--force', '--volumes', 'hangup', 'hangup-again', 'mattermost');
    });

    it('says in its log that it is ready, and where the page is with the link that signs in', async () => {
      const log = await eventually(
        'the link',
        async () => {
          const text = await docker().logs('hangup');
          return text.includes('?token=') && text;
        },
        HEALTHY_MS,
      );
      expect(log).toMatch(/^hangup ready inner=http:\/\/0\.0\.0\.0:8066 page=http:\/\/0\.0\.0\.0:8067$/m);
      expect(log).toMatch(/http:\/\/127\.0\.0\.1:8067\/\?token=\S{20,}/);
    });

    it('becomes healthy, and answers /healthz on the published port', async () => {
      await eventually(
        'health',
        async () => (await docker().inspect('hangup', '{{.State.Health.Status}}')) === 'healthy',
        HEALTHY_MS,
        () => docker().inspect('hangup', '{{json .State.Health}}'),
      );
      const { status, body } = await get(await docker().connect(PAGE_PORT), '/healthz');
      expect({ status, ...JSON.parse(body) }).toMatchObject({ status: 'ok', recording: true });
    });

    it('is process 1, not root, on a root that cannot be written', async () => {
      const looks = 'id -u; readlink /proc/1/exe; touch /app/x /tmp/x 2>&1; true';
      const seen = await docker().run('exec', 'hangup', 'sh', '-c', looks);
      expect(seen).toMatch(/^65532\n\/usr\/local\/bin\/node\n/);
      expect(seen.match(/Read-only file system/g)).toHaveLength(2);
    });

    it('relays a WebSocket from the published port, and its verdict is in `docker exec hangup hangup report`', async () => {
      await goodbye(await greetedClient(await docker().connect(TAP_PORT)));
      const found = await eventually(
        'the verdict',
        async () => (await verdicts(docker(), 'hangup')).find(({ cause }) => cause === 'client-close'),
        5_000,
      );
      expect(found).toMatchObject({ tap: 'inner', closedBy: 'client', closeCode: 1000, certainty: 'certain' });
    });

    it('sees Docker in the place of a client on the same host, and the page says so in words', async () => {
      for (let i = 0; i < 3; i++) await goodbye(await greetedClient(await docker().connect(TAP_PORT)));
      const gateway = await docker().inspect('chat', '{{(index .IPAM.Config 0).Gateway}}');
      const [closed] = await verdicts(docker(), 'hangup');
      expect(await storyOf(docker(), closed?.connection)).toMatch(
        new RegExp(`^ *client +${gateway.replaceAll('.', '\\.')}:\\d+$`, 'm'),
      );
      const { status, body } = await get(await docker().connect(PAGE_PORT), '/api/summary', {
        headers: { Authorization: `Bearer ${await tokenOf(docker())}` },
      });
      expect(status).toBe(200);
      expect(JSON.parse(body).notes).toContainEqual(expect.stringContaining(`${gateway}, which is Docker itself`));
    });

    it('sees the address of a client on another host, which Docker passes on untouched', async () => {
      const other = await Namespace.create('other');
      try {
        await link(other, docker().host);
        const client = await greetedClient(await other.connect(TAP_PORT, '10.78.0.1'));
        const [open] = await verdicts(docker(), 'hangup', '--open');
        expect(await storyOf(docker(), open?.connection)).toMatch(/^ *client +10\.78\.0\.2:\d+$/m);
        await goodbye(client);
      } finally {
        await other.close();
      }
    });

    it(
      'ends within the 10 s of `docker stop` with exit code 143, and what was open is its own doing in the next one’s report',
      async () => {
        const clients = await Promise.all([1, 2].map(async () => greetedClient(await docker().connect(TAP_PORT))));
        // This one never answers a Close: it is what a stop may have to wait for.
        clients[1]?.pause();
        const over = clients.slice(0, 1).map((client) => once(client, 'close'));
        const before = performance.now();
        await docker().run('stop', 'hangup');
        expect(performance.now() - before).toBeLessThan(STOP_MS);
        expect(await docker().inspect('hangup', '{{.State.ExitCode}} {{.State.OOMKilled}}')).toBe(
          `${ENDED_BY_SIGTERM} false`,
        );
        await Promise.all(over);
        clients[1]?.terminate();

        await docker().run('rm', 'hangup');
        await startHangup(docker(), 'hangup-again');
        const all = await verdicts(docker(), 'hangup-again');
        const own = all.filter(({ cause }) => cause === 'gateway-shutdown');
        expect(own).toHaveLength(2);
        expect(own[0]).toMatchObject({ closedBy: 'gateway', certainty: 'certain' });
        expect(all.map(({ cause }) => cause)).toContain('client-close');
      },
      STOP_MS * 3,
    );
  });
}

/** Resolves when it says that it is ready. */
async function startHangup(docker: Docker, name: string): Promise<void> {
  await docker.run(
    ...['run', '--detach', '--name', name, '--network', 'chat'],
    ...['--read-only', '--cap-drop', 'ALL', '--security-opt', 'no-new-privileges'],
    ...['--volume', 'hangup-data:/data', '--publish', `${TAP_PORT}:8066`, '--publish', `127.0.0.1:${PAGE_PORT}:8067`],
    ...['--env', 'HANGUP_TAP=inner,listen=0.0.0.0:8066,target=http://mattermost:8065'],
    ...['--health-interval', '1s', HANGUP_IMAGE],
  );
  await eventually(
    `${name} to be ready`,
    async () => (await docker.logs(name)).includes('hangup ready'),
    HEALTHY_MS,
    () => docker.logs(name),
  );
}

/** @param connection its id; `undefined` when there is none, which the report refuses */
const storyOf = (docker: Docker, connection: string | undefined): Promise<string> =>
  docker.run('exec', 'hangup', 'hangup', 'report', '--connection', connection ?? 'none');

async function tokenOf(docker: Docker): Promise<string> {
  return /\?token=([\w-]+)/.exec(await docker.logs('hangup'))?.[1] ?? '';
}

/** A wire from another host to the engine's: 10.78.0.2 to 10.78.0.1. */
async function link(other: Namespace, host: Namespace): Promise<void> {
  await run(
    'ip',
    'link',
    'add',
    'eth0',
    'netns',
    other.name,
    'type',
    'veth',
    'peer',
    'name',
    'lan0',
    'netns',
    host.name,
  );
  await host.attach({ device: 'lan0', address: '10.78.0.1' });
  await other.attach({ device: 'eth0', address: '10.78.0.2' });
}
