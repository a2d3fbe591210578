import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { dial, textOf } from './raw-peer.ts';
import { bearer } from './standin-peers.ts';

const MAIN = fileURLToPath(new URL('../../examples/mattermost-standin/main.ts', import.meta.url));

function main(...flags: string[]): ChildProcess & { readonly text: () => string } {
  const child = spawn(process.execPath, [MAIN, ...flags], { stdio: ['ignore', 'pipe', 'pipe'] });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  let text = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  return Object.assign(child, { text: () => text });
}

async function address(child: ChildProcess): Promise<URL> {
  if (child.stdout === null) throw new Error('stdout is a pipe');
  const [line] = await once(createInterface(child.stdout), 'line');
  return new URL(String(line));
}

describe('the stand-in by itself', () => {
  it('prints its address, takes its flags, writes posts, and hangs up without a Close frame at SIGTERM', async () => {
    const child = main(
      '--listen',
      '127.0.0.1:0',
      '--tokens',
      'secret=eve,other=adam',
      '--ping',
      '50ms',
      '--chatter',
      '60ms',
    );
    const url = await address(child);
    expect(child.text()).toContain('STAND-IN');
    const peer = await dial({ port: Number(url.port), headers: [bearer('secret')] });
    onTestFinished(() => {
      peer.socket.destroy();
    });
    let index = 0;
    const seen = new Set<string>();
    while (seen.size < 5) {
      const frame = await peer.frame(index++);
      if (frame.opcode === 9) seen.add('ping');
      else if (textOf(frame).includes('"posted"')) seen.add(JSON.parse(textOf(frame)).data.channel_type);
    }
    expect([...seen].sort()).toEqual(['D', 'G', 'O', 'P', 'ping']);
    const exit = once(child, 'exit');
    child.kill('SIGTERM');
    expect(await peer.ended).toBe('fin');
    expect(peer.frames.some((frame) => frame.opcode === 8)).toBe(false);
    expect(await exit).toEqual([0, null]);
  });

  it.each([
    [['--ping', 'often'], 2, 'a time is a number with ms, s or m'],
    [['--nonsense'], 2, "Unknown option '--nonsense'"],
    [['--dialect', '7'], 2, '--dialect is 5.37 or 11'],
    [['--listen', '192.0.2.1:80'], 3, 'EADDRNOTAVAIL'],
  ])('exits at %j with %i', async (flags, code, says) => {
    const child = main(...flags);
    const [exit] = await once(child, 'close');
    expect(exit).toBe(code);
    expect(child.text()).toContain(says);
  });
});
