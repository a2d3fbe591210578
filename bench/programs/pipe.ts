/** The least a relay can be: two sockets, piped. Arguments: the port to listen on, the target's port. */

import { connect, createServer } from 'node:net';

const [port, target] = process.argv.slice(2).map(Number);
if (port === undefined || target === undefined) throw new Error('usage: pipe.ts PORT TARGET');

createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
  const server = connect({ port: target, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
  client.on('error', () => server.destroy());
  server.on('error', () => client.destroy());
  client.pipe(server).pipe(client);
}).listen({ port, host: '127.0.0.1', backlog: 4096 });
