import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { comebackOf, helloConnectionId } from '../../src/mattermost/connection-id.ts';
import { NAME_PREFIX_BYTES } from '../../src/mattermost/frame-name.ts';

const captured = readFileSync(new URL('./captured-frames.ndjson', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line): { from: string; text: string } => JSON.parse(line));

const prefix = (text: string): Buffer => Buffer.from(text).subarray(0, NAME_PREFIX_BYTES);

describe('the name of a connection in its hello', () => {
  it('is read from every captured hello, from its first bytes alone', () => {
    const hellos = captured.filter(({ text }) => text.startsWith('{"event":"hello"'));
    expect(hellos.length).toBeGreaterThan(0);
    for (const { text } of hellos) {
      expect(helloConnectionId(prefix(text))).toBe(JSON.parse(text).data.connection_id);
    }
  });

  it('is read with the blanks of later versions', () => {
    const hello = '{"event": "hello", "data": {"connection_id": "ippb5qcpb3g15nso8nda15j7wy", "server_version"';
    expect(helloConnectionId(prefix(hello))).toBe('ippb5qcpb3g15nso8nda15j7wy');
  });

  it('is nothing in anything else, and never throws', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: NAME_PREFIX_BYTES }), (bytes) => helloConnectionId(bytes) === null),
      { seed: 1 },
    );
  });
});

describe('a client that comes back', () => {
  const ID = 'ippb5qcpb3g15nso8nda15j7wy';

  it('says which connection it had and why it left it', () => {
    const url = `/api/v4/websocket?connection_id=${ID}&sequence_number=7&disconnect_err_code=4000`;
    expect(comebackOf(url)).toEqual({ connectionId: ID, code: '4000' });
  });

  it.each([
    ['no query', '/api/v4/websocket'],
    ['no reason', `/api/v4/websocket?connection_id=${ID}`],
    ['no connection', '/api/v4/websocket?disconnect_err_code=4000'],
    ['an empty connection, as at first', '/api/v4/websocket?connection_id=&disconnect_err_code=1006'],
    ['a reason that is no number', `/x?connection_id=${ID}&disconnect_err_code=<b>`],
    ['a path that looks like a query', `/connection_id=${ID}&disconnect_err_code=4000`],
  ])('says nothing with %s', (_, url) => {
    expect(comebackOf(url)).toBeNull();
  });
});
