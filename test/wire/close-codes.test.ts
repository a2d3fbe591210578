import { describe, expect, it } from 'vitest';
import { closeCodeName, isSendableCloseCode } from '../../src/wire/close-codes.ts';
import { isControl, OPCODE, opcodeName } from '../../src/wire/opcodes.ts';
import { closePayload, encodeFrame } from '../kit/frames.ts';
import { readWithWs } from './ws-receiver.ts';

describe('close codes', () => {
  it('are called wrong exactly where ws refuses them: all 65536', async () => {
    const differing: number[] = [];
    for (let code = 0; code < 65_536; code++) {
      const { error } = await readWithWs([encodeFrame({ opcode: 8, payload: closePayload(code) })], false, false);
      if ((error === null) !== isSendableCloseCode(code)) differing.push(code);
    }
    expect(differing).toEqual([]);
  });

  it.each([
    [1000, 'normal closure'],
    [1001, 'going away'],
    [1006, 'abnormal closure'],
    [1009, 'message too big'],
    [1012, 'service restart'],
    [3000, 'registered by a library'],
    [3999, 'registered by a library'],
    [4000, 'private to the application'],
    [4999, 'private to the application'],
    [5000, 'unassigned'],
    [999, 'unassigned'],
    [1004, 'unassigned'],
  ])('%d is shown as "%s"', (code, name) => {
    expect(closeCodeName(code)).toBe(name);
  });

  it('every code that may be sent has a name of its own', () => {
    for (let code = 0; code < 3000; code++) {
      if (isSendableCloseCode(code)) expect(closeCodeName(code), String(code)).not.toBe('unassigned');
    }
  });
});

describe('opcodes', () => {
  it('have the names that the report shows', () => {
    expect(Object.entries(OPCODE).map(([name, opcode]) => opcodeName(opcode) === name)).not.toContain(false);
    expect(opcodeName(3)).toBe('reserved 3');
    expect(opcodeName(15)).toBe('reserved 15');
  });

  it('from 8 on are control frames, the reserved ones as well', () => {
    expect(Array.from({ length: 16 }, (_, opcode) => opcode).filter(isControl)).toEqual([8, 9, 10, 11, 12, 13, 14, 15]);
  });
});
