import type { Directive } from '../parse/tree.ts';
import type { Memory } from './memory.ts';
import type { Report } from './report.ts';

/** A listener that speaks TLS needs a certificate (ngx_http_ssl_init). Whether the files exist is the machine's business. */

/** @param outside the directives of the http block, from which a server inherits */
export function checkCertificates({ servers }: Memory, outside: readonly Directive[], report: Report): void {
  // A server of another block, of a file not seen, may be the default one of the address.
  if (report.partial || outside.some(isCertificate)) return;
  for (const server of servers) {
    const children = server.block?.children ?? [];
    const speaksTls = children.find(isTlsListen);
    const rejects = children.some(
      ({ name, args }) => name === 'ssl_reject_handshake' && args[0]?.text.toLowerCase() === 'on',
    );
    if (speaksTls === undefined || rejects || children.some(isCertificate) || !isFirstOfAddress(server, servers))
      continue;
    const { file, line } = server.span.source.position(server.span.start);
    const word = speaksTls.args.some(({ text }) => text === 'ssl') ? 'ssl' : 'quic';
    report.refuse(server, `no "ssl_certificate" is defined for the "listen ... ${word}" directive in ${file}:${line}`);
  }
}

/** Modules name certificates in ways of their own (`ssl_certificate_by_lua_block`, `acme_certificate`). */
const isCertificate = ({ name }: Directive): boolean => name.includes('certificate') && !name.endsWith('_key');

/** QUIC has TLS in it (nginx 1.25.0). */
const isTlsListen = ({ name, args }: Directive): boolean =>
  name === 'listen' && args.some(({ text }) => text === 'ssl' || text === 'quic');

/** nginx asks the default server of an address alone. Where that is not sure, nothing is said. */
function isFirstOfAddress(server: Directive, servers: readonly Directive[]): boolean {
  const addresses = (each: Directive): string[] =>
    (each.block?.children ?? []).filter(isTlsListen).map(({ args }) => args[0]?.text ?? '');
  const own = addresses(server);
  const others = servers.filter((each) => each !== server && addresses(each).length > 0);
  return own.some((address) => !others.some((other) => addresses(other).includes(address)));
}
