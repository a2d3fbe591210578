/** examples/compose/demo: what somebody sees who has no Mattermost and one minute. */

import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Docker, NGINX_IMAGE } from '../kit/docker.ts';
import { eventually, get, verdicts } from './calls.ts';

const FOLDER = fileURLToPath(new URL('../../examples/compose/demo', import.meta.url));
/** Its promise. */
const A_MINUTE = 60_000;
const UP_MS = 60_000;
const DOWN_MS = 60_000;
const ENV = { NGINX_IMAGE, COMPOSE_PROJECT_NAME: 'demo', DEMO_PORT: '28080', HANGUP_PAGE_PORT: '28067' };

const NGINX_DID = /^nginx · proxy-idle-timeout · likely · nginx closed the connection after 10 s/m;
const CLIENT_DID = /^client · client-close · certain · /m;

export function demoTests(docker: () => Docker): void {
  describe('the demo stack', () => {
    const compose = (...args: readonly string[]): Promise<string> => docker().compose(FOLDER, ENV, ...args);
    const container = async (service: string): Promise<string> => (await compose('ps', '--quiet', service)).trim();

    beforeAll(async () => {
      await compose('up', '--detach', '--no-build');
    }, UP_MS);

    afterAll(async () => {
      await compose('down', '--volumes', '--timeout', '5');
    }, DOWN_MS);

    it(
      'shows within a minute that nginx’s timer ended a silent client, and that another one said goodbye',
      async () => {
        const hangup = await container('hangup');
        await eventually(
          'the verdicts in the log of the stack',
          async () => {
            const text = await docker().logs(await container('verdicts'));
            return NGINX_DID.test(text) && CLIENT_DID.test(text);
          },
          A_MINUTE,
          () => compose('logs', '--no-color'),
        );
        const found = await verdicts(docker(), hangup, '--cause', 'proxy-idle-timeout');
        expect(found).toContainEqual(
          expect.objectContaining({ closedBy: 'proxy', hop: 'nginx', certainty: 'likely', tap: 'inner' }),
        );
      },
      A_MINUTE,
    );

    it('has the page on the loopback of the host alone, and its link in the log', async () => {
      expect(await docker().logs(await container('hangup'))).toMatch(/\?token=\S/);
      const bindings = JSON.parse(await docker().inspect(await container('hangup'), '{{json .NetworkSettings.Ports}}'));
      expect(bindings).toMatchObject({ '8067/tcp': [{ HostIp: '127.0.0.1', HostPort: '28067' }] });
      expect(await get(await docker().connect(28_067), '/healthz')).toMatchObject({ status: 200 });
    });
  });
}
