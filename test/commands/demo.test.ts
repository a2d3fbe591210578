import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { ACTS, SOLO_ACTS } from '../../examples/demo/acts.ts';
import { describeWith } from '../kit/needs.ts';
import { Program } from '../kit/program.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
/** The promise: it ends by itself in under a minute. */
const UNDER_A_MINUTE_MS = 60_000;

const demo = (...args: string[]): Program => Program.start([process.execPath, MAIN, 'demo', ...args]);

describeWith('nginx', 'the demo', () => {
  it(
    'shows every act beside its verdict, accuses nobody wrongly, and ends by itself in under a minute',
    async () => {
      const program = demo();
      const exit = await program.exited;
      expect(program.stderr).toBe('');
      expect(exit.code).toBe(0);
      for (const { deed } of [...ACTS, ...SOLO_ACTS]) expect(program.stdout).toContain(deed);
      expect(program.stdout).toContain('no verdict was wrong');
      expect(program.stdout).not.toContain('✗');
      expect(program.stdout.match(/✓/g)?.length).toBeGreaterThanOrEqual(12);
    },
    UNDER_A_MINUTE_MS,
  );

  it(
    'stays open with --stay, and cleans up after Ctrl-C',
    async () => {
      const program = demo('--stay');
      const [, address = ''] = await program.untilSays(/ws:\/\/127\.0\.0\.1:(\d+)/, UNDER_A_MINUTE_MS);
      const socket = new WebSocket(`ws://127.0.0.1:${address}/api/v4/websocket`);
      await new Promise((resolve) => socket.addEventListener('open', resolve));
      socket.close(1000);
      await program.untilSays(/client · client-close · certain/);
      // The same link at the beginning and at the end; it signs in, and shows what has just been done.
      const links = [...program.stdout.matchAll(/http:\/\/127\.0\.0\.1:\d+\/\?token=\S+/g)].map(([link]) => link);
      expect(new Set(links).size).toBe(1);
      expect(links).toHaveLength(2);
      const signedIn = await fetch(links[0] ?? '', { redirect: 'manual' });
      const cookie = signedIn.headers.get('set-cookie')?.split(';')[0] ?? '';
      const lately = await fetch(new URL('/api/connections?cause=client-close&limit=1', links[0]), {
        headers: { cookie },
      });
      expect(await lately.json()).toMatchObject({ connections: [{ verdict: { cause: 'client-close' } }] });
      expect(program.stderr).toBe('');
      expect((await program.stop('SIGINT', 15_000)).code).toBe(130);
      await expect(fetch(`http://127.0.0.1:${address}/`)).rejects.toThrow();
    },
    UNDER_A_MINUTE_MS,
  );
});

it('can be interrupted in the middle', async () => {
  const program = demo();
  await program.untilSays(/✓/, 20_000);
  expect((await program.stop('SIGINT', 15_000)).code).toBe(130);
});
