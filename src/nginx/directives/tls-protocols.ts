import { anyOf, type Row } from './row.ts';

/** Which versions of TLS nginx speaks: on either side the same words, the same default and the same former defaults. */

const PROTOCOLS = ['SSLv2', 'SSLv3', 'TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'];

export const protocolsRow = (name: string, contexts: string): Row => [
  name,
  contexts,
  '1+',
  anyOf(...PROTOCOLS),
  'TLSv1.2 TLSv1.3',
  {
    was: [
      ['1.23.4', 'TLSv1 TLSv1.1 TLSv1.2'],
      ['1.27.3', 'TLSv1 TLSv1.1 TLSv1.2 TLSv1.3'],
    ],
  },
];
