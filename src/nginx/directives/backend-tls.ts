import type { Row } from './row.ts';
import { protocolsRow } from './tls-protocols.ts';

/** TLS towards a backend: the same for all modules that can speak it (proxy of http and of stream, grpc, uwsgi). */
export const backendTls = (prefix: string, contexts: string): Row[] => [
  [`${prefix}_ssl_session_reuse`, contexts, '1', 'flag', 'on'],
  protocolsRow(`${prefix}_ssl_protocols`, contexts),
  [`${prefix}_ssl_ciphers`, contexts, '1', 'string', 'DEFAULT'],
  [`${prefix}_ssl_name`, contexts, '1', 'text'],
  [`${prefix}_ssl_server_name`, contexts, '1', 'flag', 'off'],
  [`${prefix}_ssl_verify`, contexts, '1', 'flag', 'off'],
  [`${prefix}_ssl_verify_depth`, contexts, '1', 'number', '1'],
  [`${prefix}_ssl_trusted_certificate`, contexts, '1', 'string'],
  [`${prefix}_ssl_crl`, contexts, '1', 'string'],
  [`${prefix}_ssl_certificate`, contexts, '1', 'text'],
  [`${prefix}_ssl_certificate_key`, contexts, '1', 'text'],
  [`${prefix}_ssl_certificate_cache`, contexts, '123', 'custom', 'off', { since: '1.27.4' }],
  [`${prefix}_ssl_password_file`, contexts, '1', 'custom'],
  [`${prefix}_ssl_conf_command`, contexts, '2', 'pairs', null, { since: '1.19.4' }],
];
