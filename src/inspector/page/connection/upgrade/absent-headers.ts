import type { Header, MissingPart } from '../../../../evidence/fact.ts';

/** A line that an upgrade must have (RFC 6455 §4.1) and this one had not when it reached hangup. */
export interface AbsentHeader {
  readonly name: string;
  readonly value: string;
  readonly says: string;
}

/** A header of the name may be there and lack the word that counts: `Connection: close`. */
export function absentHeaders(missing: MissingPart | null, headers: readonly Header[]): AbsentHeader[] {
  const absent = (name: string, value: string): AbsentHeader => ({
    name,
    value,
    says: headers.some(([other]) => other.toLowerCase() === name.toLowerCase())
      ? `not in the ${name} line that came`
      : 'never came: lost before hangup',
  });
  return [
    ...(missing === 'upgrade' || missing === 'both' ? [absent('Upgrade', 'websocket')] : []),
    ...(missing === 'connection' || missing === 'both' ? [absent('Connection', 'Upgrade')] : []),
  ];
}
