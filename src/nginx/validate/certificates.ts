import type { Directive } from '../parse/tree.ts';
import type { Memory } from './memory.ts';
import type { Report } from './report.ts';

/** A listener that speaks TLS needs a certificate (ngx_http_ssl_init). Whether the files exist is the machine's business. */

/** @param outside the directives of the http block, from which a server inherits */
export function checkCertificates({ servers }: Memory, outside: readonly Directive[], report: Report): void {
  // A server of another block, of a file not seen, may be the default one of the address.
  if (report.partial || outside.some(isCertificate)) return;
  const listeners = new Map<string, number>();
  for (const address of servers.flatMap(tlsAddresses)) listeners.set(address, (listeners.get(address) ?? 0) + 1);
  for (const server of servers) {
    const children = server.block?.children ?? [];
    const speaksTls = children.find(isTlsListen);
    const rejects = children.some(
      ({ name, args }) => name === 'ssl_reject_handshake' && args[0]?.text.toLowerCase() === 'on',
    );
    if (speaksTls === undefined || rejects || children.some(isCertificate) || !isAlone(server, listeners)) continue;
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

const tlsAddresses = (server: Directive): string[] => {
  const lines = server.block?.children.filter(isTlsListen) ?? [];
  return [...new Set(lines.map(({ args }) => args[0]?.text ?? ''))];
};

/** nginx asks the default server of an address alone. Where that is not sure, nothing is said. */
const isAlone = (server: Directive, listeners: ReadonlyMap<string, number>): boolean =>
  tlsAddresses(server).some((address) => listeners.get(address) === 1);
