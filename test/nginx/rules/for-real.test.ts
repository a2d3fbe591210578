import { afterAll, beforeAll, expect, it } from 'vitest';
import { applyEdits } from '../../../src/nginx/fix/apply.ts';
import type { Finding } from '../../../src/nginx/rules/rule.ts';
import { describeWith } from '../../kit/needs.ts';
import { checkText, type Fixture, fixtures } from './fixture.ts';
import { generateRoutes } from './generated-routes.ts';
import { generate } from './generated-sites.ts';
import { type HandshakeBackend, PLUGIN, SLASH, SOCKET, startBackend, startNginx, upgrade } from './handshake.ts';

/**
 * What the rules about the handshake say, held against a real nginx with a backend that answers as Mattermost does: where one of
 * them speaks, the upgrade fails; where none does, it gets through; and after their mends it gets through.
 */

const FOLDERS = [
  'WS001',
  'WS002',
  'WS003',
  'WS005',
  'WS006',
  'WS007',
  'WS012',
  'WS013',
  'WS014',
  'WS015',
  'WS016',
  'WS033',
];
/** Each of these alone ends the handshake of a browser. */
const FATAL = new Set(['WS001', 'WS002', 'WS004', 'WS007', 'WS012', 'WS013', 'WS015', 'WS017', 'WS033']);
const MOST_ROUNDS = 3;
/** http blocks with servers in each: one nginx measures a block. */
const GENERATED = { blocks: 6, servers: 50 };

/** Those that pass everything on to the one backend of this test, by an nginx of any version. */
const measurable = fixtures().filter(
  ({ rule, refused, version, text }) =>
    FOLDERS.includes(rule) && !refused && version === null && /127\.0\.0\.1:8065/.test(text) && !/unix:/.test(text),
);

let backend: HandshakeBackend;

beforeAll(async () => {
  backend = await startBackend();
});

afterAll(() => {
  backend.close();
});

describeWith('nginx', 'a real handshake', () => {
  it('has enough configurations to say something', () => expect(measurable.length).toBeGreaterThan(60));

  it.concurrent.each(measurable.map((fixture) => [`${fixture.rule} ${fixture.name}`, fixture] as const))(
    'agrees with check about %s, before and after its mends',
    async (_, fixture) => {
      await measureOne(fixture, fixture.text);
      const mended = mend(fixture.text);
      if (mended !== fixture.text) await measureOne(fixture, mended);
    },
  );

  const seeds = Array.from({ length: GENERATED.blocks }, (_, index) => index + 1);
  it.each(seeds)('agrees with check about generated servers, mended ones too (seed %i)', async (seed) => {
    const { around, servers } = generate(seed, GENERATED.servers);
    const whole = (text: string): string => `events {}\nhttp {\n${around}\n${text}}\n`;
    const nginx = await startNginx(whole(servers.map(({ text }) => text).join('')), backend);
    try {
      const statuses: (number | null)[] = [];
      for (const { name, text } of servers) {
        const measured = await ask(nginx.port, name);
        agree(findingsIn(whole(text)), measured, whole(text));
        statuses.push(measured.socket);
      }
      expect(statuses.filter((status) => status === 101).length, 'handshakes that get through').toBeGreaterThan(0);
      expect(statuses.filter((status) => status !== 101).length, 'handshakes that fail').toBeGreaterThan(0);
    } finally {
      await nginx.close();
    }
    for (const { name, text } of servers.filter((_, index) => index % 5 === 0)) {
      const mended = mend(whole(text));
      const again = await startNginx(mended, backend);
      try {
        agree(findingsIn(mended), await ask(again.port, name), `${mended}\nmended from\n${whole(text)}`);
      } finally {
        await again.close();
      }
    }
  });

  it.each(seeds)(
    'calls no error what gets through, and not fine what does not (crooked ways, seed %i)',
    async (seed) => {
      const { around, servers } = generateRoutes(seed, GENERATED.servers);
      const whole = (text: string): string => `events {}\nhttp {\n${around}\n${text}}\n`;
      // nginx would start with none of them.
      const started = servers.filter(({ text }) => checked(whole(text)).errors.length === 0);
      const nginx = await startNginx(whole(started.map(({ text }) => text).join('')), backend);
      const through: boolean[] = [];
      try {
        for (const { name, text } of started) {
          const { findings, fine } = checked(whole(text));
          const status = await upgrade(nginx.port, name, SOCKET);
          const errors = findings.filter(({ severity }) => severity === 'error').map(({ summary }) => summary);
          through.push(status === 101);
          if (status === 101) expect(errors, text).toEqual([]);
          // It may reach the backend and be refused there, for its Host: then that is said.
          else if (errors.length === 0)
            expect(fine, answered(status, text)).not.toContain('the upgrade reaches the backend');
        }
      } finally {
        await nginx.close();
      }
      expect(through).toContain(true);
      expect(through).toContain(false);
    },
  );
});

const answered = (status: number | null, text: string): string => `${status} for ${SOCKET}\n${text}`;

async function measureOne({ piece }: Fixture, text: string): Promise<void> {
  // A server that redirects or forbids on purpose is nobody's fault.
  if (/^ {4,8}return \d+/m.test(text)) return;
  const nginx = await startNginx(piece ? `events {}\nhttp {\n${text}\n}\n` : text, backend);
  try {
    agree(findingsIn(text), await ask(nginx.port, 'chat.example.com'), text);
  } finally {
    await nginx.close();
  }
}

interface Measured {
  readonly socket: number | null;
  readonly slash: number | null;
  readonly plugin: number | null;
}

async function ask(port: number, host: string): Promise<Measured> {
  const [socket = null, slash = null, plugin = null] = await Promise.all(
    [SOCKET, SLASH, PLUGIN].map((path) => upgrade(port, host, path)),
  );
  return { socket, slash, plugin };
}

function agree(findings: readonly Finding[], { socket, slash, plugin }: Measured, text: string): void {
  const ids = findings.map(({ rule }) => rule.id).join(' ') || 'nothing';
  const told = (status: number | null, path: string): string => `${status} for ${path}, check says ${ids}\n${text}`;
  // nginx's own answer, where a location gives one.
  if (socket === 404 && / return 404/.test(text)) return;
  const fatal = findings.some(({ rule, severity }) => FATAL.has(rule.id) && severity === 'error');
  expect(socket === 101, told(socket, SOCKET)).toBe(!fatal);
  if (fatal) return;
  const says = (id: string): boolean => findings.some(({ rule }) => rule.id === id);
  // 400 is what a handshake without its headers gets; a path that is rewritten there, or another Host, is no rule's of these.
  if (slash === 101 || slash === 400) expect(slash === 101, told(slash, SLASH)).toBe(!says('WS014'));
  if (plugin === 101 || plugin === 400) expect(plugin === 101, told(plugin, PLUGIN)).toBe(!says('WS016'));
}

const findingsIn = (text: string): readonly Finding[] => checked(text).findings;

const checked = (text: string) => checkText({ path: 'nginx.conf', version: null }, Buffer.from(text));

/** All mends of all rules at once, as --fix makes them, until none is left. */
function mend(before: string): string {
  let text = before;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const { findings, configuration } = checked(text);
    const edits = findings.flatMap((finding) => finding.edits ?? []);
    const [main] = configuration.files;
    if (edits.length === 0 || main === undefined) break;
    text = new TextDecoder().decode(applyEdits(main, edits).bytes);
  }
  return text;
}
