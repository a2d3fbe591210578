// The image's HEALTHCHECK: exit code 0 if /healthz answers 200, 1 with one sentence if not. The image has no curl.
// It asks where HANGUP_PAGE says, which the image sets; `off` means that there is nothing to ask.

import http from 'node:http';
import https from 'node:https';

/** Docker's own limit for this check is 5 s; this one leaves time to say why. */
const TIMEOUT_MS = 4000;

const [address = '', ...files] = (process.env.HANGUP_PAGE ?? '').split(',');
if (address === 'off') process.exit(0);

const { host, port } = reachable(address);
const { get } = files.length > 0 ? https : http;
// Its own certificate names the host that people use, not this address: encryption is all that loopback asks for.
const options = { host, port, path: '/healthz', timeout: TIMEOUT_MS, rejectUnauthorized: false };
const request = get(options, (answer) => {
  if (answer.statusCode === 200) process.exit(0);
  fail(`answered ${answer.statusCode}`);
});
request.on('timeout', () => fail(`gave no answer within ${TIMEOUT_MS / 1000} s`));
request.on('error', (error) => fail(error.message));

/** A listener on every address is asked on loopback. */
function reachable(listen) {
  const colon = listen.lastIndexOf(':');
  const host = listen.slice(0, Math.max(colon, 0)).replace(/^\[|\]$/g, '');
  const loopback = { '': '127.0.0.1', '0.0.0.0': '127.0.0.1', '::': '::1' };
  return { host: loopback[host] ?? host, port: Number(listen.slice(colon + 1)) };
}

function fail(why) {
  process.stdout.write(`${host}:${port}/healthz ${why}\n`);
  process.exit(1);
}
