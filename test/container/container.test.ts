/** hangup in a container, on a real Docker Engine: one engine and one image for all of these, for making them takes a while. */

import { afterAll, beforeAll } from 'vitest';
import { DOCKER_NEEDS, Docker } from '../kit/docker.ts';
import { describeWith } from '../kit/needs.ts';
import { demoTests } from './demo.ts';
import { gatewayTests } from './gateway.ts';
import { imageTests } from './image.ts';
import { layoutTests } from './layout.ts';

/** debootstrap, npm ci and the build, each at the lowest priority on a machine that runs other tests. */
const MAKING_MS = 600_000;
const END_MS = 60_000;

describeWith(DOCKER_NEEDS, 'in a container', () => {
  let engine: Docker | null = null;
  const docker = (): Docker => {
    if (engine === null) throw new Error('the engine has not started');
    return engine;
  };

  beforeAll(async () => {
    engine = await Docker.start();
  }, MAKING_MS);

  afterAll(() => engine?.close(), END_MS);

  imageTests(docker);
  gatewayTests(docker);
  demoTests(docker);
  layoutTests(docker);
});
