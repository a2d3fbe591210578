import { STATUS_CODES } from 'node:http';

/** An answer that hangup gives itself, as plain text that says so. It ends the connection. */
export function ownAnswer(status: number, sentence: string): Buffer {
  const body = Buffer.from(`hangup: ${sentence}\n`);
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    'Content-Type: text/plain; charset=utf-8',
    `Content-Length: ${body.length}`,
    'Connection: close',
    '',
    '',
  ].join('\r\n');
  return Buffer.concat([Buffer.from(head, 'latin1'), body]);
}

/** 502, in one sentence that an operator can act on. */
export function unreachableSentence(target: string, code: string): string {
  const meaning: Readonly<Record<string, string>> = {
    ECONNREFUSED: 'nothing listens there',
    ENOTFOUND: 'its name does not resolve',
    EAI_AGAIN: 'its name cannot be resolved now',
    ETIMEDOUT: 'it does not answer',
    EHOSTUNREACH: 'its host cannot be reached',
    ENETUNREACH: 'its network cannot be reached',
    ECONNRESET: 'it reset the connection',
    EOF: 'it closed the connection before it answered',
    OWN_PAGE: "it is hangup's own page, to which no tap may lead",
    BAD_ANSWER: 'what it sends is no HTTP/1 answer',
  };
  return `the target ${target} cannot be used: ${meaning[code] ?? (code.startsWith('HPE_') ? meaning.BAD_ANSWER : 'see the code')} (${code})`;
}

/** What a client is told whose request Node's parser has rejected. @param code Node's error code */
export function badRequestAnswer(code: string): Buffer {
  if (code === 'HPE_HEADER_OVERFLOW') return ownAnswer(431, 'the header fields are too long');
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return ownAnswer(408, 'the header fields were not complete in time');
  return ownAnswer(400, `what was received is not an HTTP request (${code})`);
}
