/** Tests that need a program: skipped by its package's name where it is missing, failed in CI. */

import { describe } from 'vitest';
import { isInstalled } from './program.ts';

/** Debian's packages for the programs the kit uses. */
const PACKAGES = {
  nginx: 'nginx-light',
  haproxy: 'haproxy',
  caddy: 'caddy',
  ip: 'iproute2',
  iptables: 'iptables',
  conntrack: 'conntrack',
  openssl: 'openssl',
  nsenter: 'util-linux',
  dockerd: 'docker.io',
  'docker-compose': 'docker-compose',
  debootstrap: 'debootstrap',
} as const;

export type Needed = keyof typeof PACKAGES | 'root';

/** Whether a need is met. @throws with CI=true, naming the package: a test machine must not skip in silence */
export function available(need: Needed): boolean {
  const met = need === 'root' ? process.getuid?.() === 0 : isInstalled(need);
  if (!met && process.env.CI === 'true') throw new Error(`these tests need ${say(need)}`);
  return met;
}

/** A `describe` that is skipped, with the reason in its name, when a need is not met. */
export function describeWith(needs: Needed | readonly Needed[], name: string, body: () => void): void {
  const missing = (typeof needs === 'string' ? [needs] : needs).filter((need) => !available(need));
  if (missing.length === 0) describe(name, body);
  else describe.skip(`${name} (skipped: needs ${missing.map(say).join(', ')})`, body);
}

/** What network namespaces need. */
export const NETNS_NEEDS: readonly Needed[] = ['root', 'ip', 'iptables', 'conntrack'];

const say = (need: Needed): string => (need === 'root' ? 'root' : `the package ${PACKAGES[need]}`);
