import { oneOf, type Row } from './row.ts';
import { protocolsRow } from './tls-protocols.ts';

/** TLS towards clients. OCSP and its stapling came to http and stream with other versions: they stand in their tables. */

/** What the http, the stream and the mail block have. */
export const listenerTls = (contexts: string): Row[] => [
  ['ssl_certificate', contexts, '1', 'strings'],
  ['ssl_certificate_key', contexts, '1', 'strings'],
  ['ssl_password_file', contexts, '1', 'custom'],
  ['ssl_dhparam', contexts, '1', 'string'],
  ['ssl_ecdh_curve', contexts, '1', 'string', 'auto'],
  protocolsRow('ssl_protocols', contexts),
  ['ssl_ciphers', contexts, '1', 'string', 'HIGH:!aNULL:!MD5'],
  ['ssl_verify_client', contexts, '1', oneOf('off', 'on', 'optional', 'optional_no_ca'), 'off'],
  ['ssl_verify_depth', contexts, '1', 'number', '1'],
  ['ssl_client_certificate', contexts, '1', 'string'],
  ['ssl_trusted_certificate', contexts, '1', 'string'],
  ['ssl_prefer_server_ciphers', contexts, '1', 'flag', 'off'],
  ['ssl_session_cache', contexts, '12', 'custom', 'none', { repeat: 'last' }],
  ['ssl_session_tickets', contexts, '1', 'flag', 'on'],
  ['ssl_session_ticket_key', contexts, '1', 'strings'],
  ['ssl_session_timeout', contexts, '1', 'seconds', '300s'],
  ['ssl_crl', contexts, '1', 'string'],
  ['ssl_conf_command', contexts, '2', 'pairs', null, { since: '1.19.4' }],
];

/** What the http and the stream block have beyond that. */
export const listenerTlsBeyondMail = (contexts: string): Row[] => [
  ['ssl_certificate_cache', contexts, '123', 'custom', 'off', { since: '1.27.4' }],
  ['ssl_certificate_compression', contexts, '1', 'flag', 'off', { since: '1.29.1' }],
  ['ssl_ech_file', contexts, '1', 'strings', null, { since: '1.29.4' }],
  ['ssl_reject_handshake', contexts, '1', 'flag', 'off', { since: '1.19.4' }],
];
