/**
 * http-proxy, or http-proxy-3, which has the same calls, as its README shows it.
 * Arguments: the package's entry file, the port to listen on, the target's port.
 */

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import type { Duplex } from 'node:stream';

interface ProxyServer {
  web(request: IncomingMessage, response: ServerResponse): void;
  ws(request: IncomingMessage, stream: Duplex, head: Buffer): void;
  on(event: 'error', listener: (error: Error) => void): void;
}

interface ProxyModule {
  createProxyServer(options: { readonly target: string; readonly ws: boolean }): ProxyServer;
}

const [entry = '', port, target] = process.argv.slice(2);
const loaded: unknown = createRequire(import.meta.url)(entry);
if (!isProxyModule(loaded)) throw new Error(`${entry} has no createProxyServer`);

const proxy = loaded.createProxyServer({ target: `http://127.0.0.1:${target}`, ws: true });
proxy.on('error', () => undefined);

createServer((request, response) => proxy.web(request, response))
  .on('upgrade', (request, stream, head) => proxy.ws(request, stream, head))
  .listen({ port: Number(port), host: '127.0.0.1', backlog: 4096 });

function isProxyModule(value: unknown): value is ProxyModule {
  // http-proxy's module is a function with properties, http-proxy-3's an object.
  const holds = (typeof value === 'object' && value !== null) || typeof value === 'function';
  return holds && 'createProxyServer' in value;
}
