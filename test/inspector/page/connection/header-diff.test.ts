import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Header } from '../../../../src/evidence/fact.ts';
import { absentHeaders } from '../../../../src/inspector/page/connection/upgrade/absent-headers.ts';
import { diffHeaders } from '../../../../src/inspector/page/connection/upgrade/header-diff.ts';

/** `= Host: a`, `~ Via: a → Via: b`, `- X: a`, `+ X: b`: the picture on the page in letters. */
function drawn(received: readonly Header[], sent: readonly Header[]): string[] {
  const line = (header: Header): string => header.join(': ');
  return diffHeaders(received, sent).map((row) => {
    if (row.kind === 'same') return `= ${line(row.received)}`;
    if (row.kind === 'changed') return `~ ${line(row.received)} → ${line(row.sent)}`;
    return row.kind === 'removed' ? `- ${line(row.received)}` : `+ ${line(row.sent)}`;
  });
}

const HOST: Header = ['Host', 'chat.example.com'];
const UPGRADE: Header = ['Upgrade', 'websocket'];
const CONNECTION: Header = ['Connection', 'Upgrade'];

describe('request headers as received and as sent', () => {
  it('a tap that changes nothing shows nothing but equal lines, in wire order', () => {
    expect(drawn([HOST, UPGRADE, CONNECTION], [HOST, UPGRADE, CONNECTION])).toEqual([
      '= Host: chat.example.com',
      '= Upgrade: websocket',
      '= Connection: Upgrade',
    ]);
  });

  it('an address appended to X-Forwarded-For is one changed line', () => {
    expect(
      drawn(
        [HOST, ['X-Forwarded-For', '10.0.0.1'], UPGRADE],
        [HOST, ['X-Forwarded-For', '10.0.0.1, 172.18.0.9'], UPGRADE],
      ),
    ).toEqual([
      '= Host: chat.example.com',
      '~ X-Forwarded-For: 10.0.0.1 → X-Forwarded-For: 10.0.0.1, 172.18.0.9',
      '= Upgrade: websocket',
    ]);
  });

  it('a line that only one side has is added or removed, where it stood', () => {
    expect(drawn([HOST, ['Via', '1.1 a'], UPGRADE], [HOST, UPGRADE, ['X-Real-IP', '10.0.0.1']])).toEqual([
      '= Host: chat.example.com',
      '- Via: 1.1 a',
      '= Upgrade: websocket',
      '+ X-Real-IP: 10.0.0.1',
    ]);
  });

  it('a name that changed its case is a change', () => {
    expect(drawn([['Upgrade', 'websocket']], [['upgrade', 'websocket']])).toEqual([
      '~ Upgrade: websocket → upgrade: websocket',
    ]);
  });

  it('duplicates are told apart by their order', () => {
    const twice: Header[] = [
      ['X-Forwarded-For', 'a'],
      ['X-Forwarded-For', 'b'],
    ];
    expect(drawn(twice, [['X-Forwarded-For', 'b']])).toEqual(['- X-Forwarded-For: a', '= X-Forwarded-For: b']);
    expect(drawn([['X-Forwarded-For', 'b']], twice)).toEqual(['+ X-Forwarded-For: a', '= X-Forwarded-For: b']);
  });

  it('a line that moved is gone from one place and new in another', () => {
    expect(drawn([HOST, UPGRADE, CONNECTION], [UPGRADE, CONNECTION, HOST])).toEqual([
      '- Host: chat.example.com',
      '= Upgrade: websocket',
      '= Connection: Upgrade',
      '+ Host: chat.example.com',
    ]);
  });

  it('nothing received, nothing sent: no rows', () => {
    expect(diffHeaders([], [])).toEqual([]);
  });

  it('whatever the lists, each line of both is shown once and in its own order', () => {
    const lines = fc.array(fc.tuple(fc.constantFrom('Host', 'host', 'Via', 'X'), fc.constantFrom('a', 'b')), {
      maxLength: 12,
    });
    fc.assert(
      fc.property(lines, lines, (received, sent) => {
        const rows = diffHeaders(received, sent);
        expect(rows.flatMap((row) => (row.received === null ? [] : [row.received]))).toEqual(received);
        expect(rows.flatMap((row) => (row.sent === null ? [] : [row.sent]))).toEqual(sent);
        for (const row of rows) {
          if (row.kind === 'same') expect(row.received).toEqual(row.sent);
          if (row.kind === 'changed') expect(row.received).not.toEqual(row.sent);
        }
      }),
    );
  });
});

describe('headers that an upgrade must have', () => {
  it('a whole upgrade lacks none', () => {
    expect(absentHeaders(null, [UPGRADE, CONNECTION])).toEqual([]);
  });

  it('both lost: both are shown as absent', () => {
    expect(absentHeaders('both', [HOST]).map(({ name, value }) => `${name}: ${value}`)).toEqual([
      'Upgrade: websocket',
      'Connection: Upgrade',
    ]);
  });

  it('a Connection line without the word is told from one that never came', () => {
    const [rewritten] = absentHeaders('connection', [['connection', 'close']]);
    const [lost] = absentHeaders('connection', []);
    expect(rewritten?.says).toBe('not in the Connection line that came');
    expect(lost?.says).toBe('never came: lost before hangup');
  });
});
