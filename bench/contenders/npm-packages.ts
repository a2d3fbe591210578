import { execFile } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** The proxies from npm to compare with, for the bench alone: they stand in no package.json. */
const PACKAGES = ['http-proxy@1.18.1', 'http-proxy-3@1.23.3'] as const;
const INSTALL_TIMEOUT_MS = 120_000;

/** Outside the tree; its name has the versions, so that others are installed anew. */
const folder = (): string =>
  join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'hangup-bench', PACKAGES.join('+'));

/** Installs the packages where that has not been done. @returns how a package's entry file is found @throws when npm fails */
export async function npmPackages(): Promise<(name: string) => string> {
  const prefix = folder();
  if (!existsSync(join(prefix, 'node_modules', '.package-lock.json'))) {
    mkdirSync(prefix, { recursive: true });
    const options = ['--no-audit', '--no-fund', '--no-save', '--ignore-scripts', '--loglevel=error'];
    await promisify(execFile)('npm', ['install', '--prefix', prefix, ...options, ...PACKAGES], {
      cwd: prefix,
      timeout: INSTALL_TIMEOUT_MS,
    });
  }
  const { resolve } = createRequire(join(prefix, 'package.json'));
  return (name) => resolve(name);
}
