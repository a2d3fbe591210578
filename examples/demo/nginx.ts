import { type ChildProcess, spawn } from 'node:child_process';
import { accessSync, constants, mkdirSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { delimiter, join } from 'node:path';

/** nginx's default is 60 s (FIELD-NOTES §3); the demo has less time. */
export const READ_TIMEOUT_S = 3;
const SHUTDOWN_TIMEOUT_S = 1;

/** Debian puts nginx where only root's PATH reaches. */
const FOLDERS = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin', '/usr/local/nginx/sbin'];

/** @returns the path of nginx, or null when it is not installed */
export function findNginx(): string | null {
  for (const folder of FOLDERS) {
    const path = join(folder, 'nginx');
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // Not in this one.
    }
  }
  return null;
}

export interface DemoNginx {
  readonly port: number;
  reload(): void;
  stop(): Promise<void>;
}

/** A real nginx in front of a tap: one location as it should be, and one that forgets the upgrade headers. */
export async function startNginx(nginx: string, folder: string, tapPort: number): Promise<DemoNginx> {
  const port = await freePort();
  const temporary = join(folder, 'nginx');
  mkdirSync(temporary, { recursive: true });
  writeFileSync(join(temporary, 'nginx.conf'), configuration(temporary, port, tapPort));
  const child = spawn(nginx, ['-p', temporary, '-c', join(temporary, 'nginx.conf')], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  await untilListening(child, port);
  return {
    port,
    reload: () => child.kill('SIGHUP'),
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGTERM');
      await ended;
    },
  };
}

function configuration(folder: string, port: number, tapPort: number): string {
  const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path ${folder}/${name};`,
  );
  return `
daemon off;
${process.getuid?.() === 0 ? 'user root;' : ''}
worker_processes 1;
worker_shutdown_timeout ${SHUTDOWN_TIMEOUT_S}s;
pid ${folder}/nginx.pid;
error_log ${folder}/error.log notice;
events { worker_connections 256; }
http {
  access_log off;
  ${paths.join('\n  ')}
  server {
    listen 127.0.0.1:${port};
    proxy_http_version 1.1;
    proxy_set_header Host $http_host;
    proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;

    location / {
      proxy_pass http://127.0.0.1:${tapPort};
      proxy_read_timeout ${READ_TIMEOUT_S}s;
      proxy_set_header Host $http_host;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection "upgrade";
    }
    # The commonest mistake: no Upgrade, no Connection.
    location /forgetful/ {
      proxy_pass http://127.0.0.1:${tapPort}/;
    }
  }
}
`;
}

async function freePort(): Promise<number> {
  const server = net.createServer();
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}

/** nginx says nothing when it is ready; it is when it accepts. */
async function untilListening(child: ChildProcess, port: number): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    if (child.exitCode !== null) throw new Error(`nginx ended with ${child.exitCode}`);
    const accepted = await new Promise<boolean>((resolve) => {
      const socket = net.connect(port, '127.0.0.1', () => {
        socket.destroy();
        resolve(true);
      });
      socket.once('error', () => setTimeout(() => resolve(false), 50));
    });
    if (accepted) return;
  }
  throw new Error('nginx did not start to accept within 5 s');
}
