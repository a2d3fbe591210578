import { execFile, type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect } from 'vitest';
import { removeFolder, temporaryFolder } from '../../kit/temporary.ts';

/** `hangup check` as an operator runs it: a process of its own, on files of a disk. */

export const MAIN = fileURLToPath(new URL('../../../src/main.ts', import.meta.url));

/** A folder that holds nothing but the folders of tests. */
export const root = temporaryFolder('check');
afterAll(() => removeFolder(root));
let folders = 0;

/** A folder with these files. */
export function folderOf(files: Readonly<Record<string, string | Uint8Array>>): string {
  const folder = join(root, String(folders++));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  mkdirSync(folder, { recursive: true });
  return folder;
}

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export function run(cwd: string, args: readonly string[], stdin: string | Uint8Array = ''): Promise<Ran> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [MAIN, 'check', ...args],
      { cwd, maxBuffer: 1e8 },
      (error, stdout, stderr) => {
        resolve({ code: typeof error?.code === 'number' ? error.code : error === null ? 0 : -1, stdout, stderr });
      },
    );
    child.stdin?.on('error', () => undefined); // it may end without reading
    child.stdin?.end(stdin);
  });
}

/** Nothing but Upgrade and Connection is missing, and their map. */
export const GOOD = `events {
    worker_connections 4096;
}
worker_shutdown_timeout 1h;
error_log logs/error.log info;
http {
    map $http_upgrade $connection_upgrade {
        default upgrade;
        '' '';
    }
    server {
        listen 8080 default_server;
        server_name chat.example.com;
        client_max_body_size 100m;
        location / {
            proxy_pass http://127.0.0.1:8065;
            proxy_http_version 1.1;
            proxy_set_header Host $http_host;
            proxy_set_header Upgrade $http_upgrade;
            proxy_set_header Connection $connection_upgrade;
            proxy_read_timeout 90s;
        }
    }
}
`;
export const BAD = GOOD.replace('            proxy_set_header Upgrade $http_upgrade;\n', '');
export const PIECE = `server {
\tlisten 8080 default_server;
\tserver_name chat.example.com;
\tlocation / {
\t\tproxy_pass http://127.0.0.1:8065;
\t\tproxy_http_version 1.1;
\t\tproxy_read_timeout 90s;
\t}
}
`;

export interface Found {
  readonly findings: readonly {
    readonly rule: string;
    readonly severity: string;
    readonly file: string;
    readonly line: number;
  }[];
  readonly errors: readonly { readonly file: string; readonly line: number; readonly says: string }[];
  readonly notes: readonly { readonly says: string }[];
  readonly files: readonly string[];
  readonly version: string | null;
  readonly versionFrom: string;
}

/** What `--json` says. */
export async function found(cwd: string, args: readonly string[], stdin: string | Uint8Array = ''): Promise<Found> {
  const { stdout, stderr } = await run(cwd, [...args, '--json'], stdin);
  expect(stderr).toBe('');
  const parsed: Found = JSON.parse(stdout);
  return parsed;
}

/** As somebody whom permissions hold back: from root, what lets it read and write every file is taken. */
export function runPowerless(cwd: string, args: readonly string[]): SpawnSyncReturns<string> {
  const capabilities = ['setpriv', '--bounding-set', '-dac_override,-dac_read_search', '--'];
  const before = process.getuid?.() === 0 ? capabilities : [];
  const [program = '', ...all] = [...before, process.execPath, MAIN, 'check', ...args];
  return spawnSync(program, all, { cwd, encoding: 'utf8' });
}
