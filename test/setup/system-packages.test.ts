import { chmodSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Tree } from './tree.ts';

/** A machine that has nginx and whatever `apt-get` brings: its PATH is one folder of the test. */
function machine({ apt }: { apt: string }): { tree: Tree; run: (options: string) => ReturnType<Tree['run']> } {
  const tree = new Tree();
  const bin = join(tree.root, 'only');
  mkdirSync(bin);
  for (const tool of ['sh', 'touch', 'chmod']) symlinkSync(`/bin/${tool}`, join(bin, tool));
  const install = (programs: string) => `for p in ${programs}; do touch "${bin}/$p"; chmod 755 "${bin}/$p"; done`;
  tree.write(
    'only/apt-get',
    `#!/bin/sh\necho "$@ $DEBIAN_FRONTEND" >> "${tree.root}/apt-get.log"\necho chatter\n${apt.replace('BRING', install('nginx haproxy caddy ip iptables conntrack openssl chromium dockerd docker-compose debootstrap'))}\n`,
  );
  chmodSync(join(bin, 'apt-get'), 0o755);
  tree.write(
    'scripts/packages.mjs',
    `import { systemPackages } from './setup/system-packages.mjs';
import { reportAndExit } from './setup/speech.mjs';
await systemPackages({ directories: [], ...JSON.parse(process.argv[2]) }).catch((error) => reportAndExit(error, 1));`,
  );
  return { tree, run: (options) => tree.run('scripts/packages.mjs', [options], bin) };
}

describe('the programs that tests start for real', () => {
  it('are installed through apt by root, once, on stderr only', async () => {
    const { tree, run } = machine({ apt: 'if [ "$4" = install ]; then BRING; fi' });
    const first = await run('{"required":["nginx"],"root":true}');
    expect(first).toMatchObject({ code: 0, stdout: '' });
    expect(tree.calls('apt-get')).toEqual([
      '-q -o DPkg::Lock::Timeout=120 update noninteractive',
      '-q -o DPkg::Lock::Timeout=120 install -y --no-install-recommends nginx-light haproxy caddy iproute2 iptables conntrack openssl chromium fonts-dejavu-core noninteractive',
    ]);
    expect(await run('{"required":["nginx"],"root":true}')).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(tree.calls('apt-get')).toHaveLength(2);
  });

  it('include a container engine only where one is asked for: it would start a service', async () => {
    const { tree, run } = machine({ apt: 'if [ "$4" = install ]; then BRING; fi' });
    expect(await run('{"required":["dockerd"],"engine":true,"root":true}')).toMatchObject({ code: 0 });
    expect(tree.calls('apt-get')[1]).toContain('fonts-dejavu-core docker.io docker-compose debootstrap');
  });

  it('are named with the command to install them where apt may not be asked', async () => {
    const { tree, run } = machine({ apt: 'exit 1' });
    const { code, stderr } = await run('{"required":[],"root":false}');
    expect(code).toBe(0);
    expect(stderr).toBe(
      'hangup set-up: without nginx, haproxy, caddy, ip, iptables, conntrack, openssl, chromium some tests are skipped; to run them, as root: apt-get install --no-install-recommends nginx-light haproxy caddy iproute2 iptables conntrack openssl chromium fonts-dejavu-core\n',
    );
    expect(tree.calls('apt-get')).toEqual([]);
  });

  it('fail the run of a CI where nginx cannot be had', async () => {
    const { code, stdout, stderr } = await machine({ apt: 'exit 100' }).run('{"required":["nginx"],"root":true}');
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('apt-get install failed (exit code 100)');
    expect(stderr).toContain('with CI=true the tests need nginx: as root, apt-get install');
  });
});
