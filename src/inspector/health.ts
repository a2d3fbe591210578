import http from 'node:http';
import type { AddressInfo } from 'node:net';

/** What `/healthz` says: 200 while traffic is relayed, whatever becomes of the recording, which is said beside it. */
export interface Health {
  readonly recording: boolean;
  /** Why nothing is recorded, or null. */
  readonly why: string | null;
  readonly open: number;
}

export interface HealthServer {
  readonly address: AddressInfo;
  close(): void;
}

/** @throws the listener's error (EADDRINUSE …) */
export async function startHealthServer(
  listen: { readonly host: string; readonly port: number },
  health: () => Health,
): Promise<HealthServer> {
  const server = http.createServer((request, response) => {
    const found = request.url === '/healthz' && (request.method === 'GET' || request.method === 'HEAD');
    const body = `${JSON.stringify(found ? { status: 'ok', ...health() } : { error: 'there is /healthz here' })}\n`;
    response.writeHead(found ? 200 : 404, {
      'Content-Type': 'application/json; charset=utf-8',
      'Content-Length': Buffer.byteLength(body),
      'Cache-Control': 'no-store',
    });
    response.end(body);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(listen, resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the page listener has no TCP address');
  return {
    address,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
