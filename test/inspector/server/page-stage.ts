/** An inspector that listens, with a fake archive and journal behind it; ended with the test. */

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import supertest from 'supertest';
import { onTestFinished } from 'vitest';
import type { RoundTripRow } from '../../../src/evidence/recorder.ts';
import type { LiveJournal } from '../../../src/inspector/desk.ts';
import { Inspector } from '../../../src/inspector/inspector.ts';
import type { PageServer } from '../../../src/inspector/server.ts';
import { certificate } from '../../kit/certificate.ts';
import { removeFolder, temporaryFolder } from '../../kit/temporary.ts';
import { FakeArchive } from './fake-archive.ts';

export const TOKEN = 'the-right-token-of-this-test-0123456789';

export interface StageOptions {
  readonly hosts?: readonly string[];
  readonly tls?: boolean;
  /** false: the page is not built. */
  readonly built?: boolean;
  readonly host?: string;
  /** The container's gateway. */
  readonly gateway?: string;
}

/** The journal's figures, to be changed by a test. */
export class FakeJournal {
  status: LiveJournal['status'] = { recording: true, why: null, since: Date.now(), droppedFrames: 0 };
  backlogBytes = 0;
  droppedFacts = 0;
  flushes = 0;
  readonly roundTripRows: RoundTripRow[] = [];

  async flushed(): Promise<void> {
    this.flushes++;
  }

  roundTrips(row: RoundTripRow): void {
    this.roundTripRows.push(row);
  }
}

export interface PageStage {
  readonly inspector: Inspector;
  readonly server: PageServer;
  readonly port: number;
  readonly url: string;
  readonly archive: FakeArchive;
  readonly journal: FakeJournal;
  /** Every line of the log, at the lowest level. */
  readonly logged: readonly string[];
  /** Asks without being signed in. */
  readonly ask: ReturnType<typeof supertest>;
  /** Asks with the token. */
  readonly get: (path: string) => supertest.Test;
}

export async function startPage(options: StageOptions = {}): Promise<PageStage> {
  const archive = new FakeArchive();
  const journal = new FakeJournal();
  const logged: string[] = [];
  const { cert, key } = certificate();
  const inspector = new Inspector({
    token: TOKEN,
    hosts: options.hosts ?? [],
    taps: ['inner', 'edge'],
    keepaliveMs: { client: 30_000, server: null },
    journal,
    version: '1.2.3',
    logger: pino({ level: 'trace' }, { write: (line: string) => void logged.push(line) }),
    page: builtPage(options.built ?? true),
    gateway: options.gateway ?? null,
  });
  const server = await inspector.listen(
    { host: options.host ?? '127.0.0.1', port: 0, tls: options.tls === true ? { cert, key } : null },
    archive,
    () => ({ recording: journal.status.recording, why: journal.status.why, open: inspector.open.open }),
  );
  onTestFinished(() => inspector.close());
  inspector.started([
    {
      name: 'inner',
      behind: 'nginx',
      before: null,
      listen: 'http://127.0.0.1:8066',
      target: 'http://127.0.0.1:8065',
    },
  ]);
  const { port } = server.address;
  const url = `${options.tls === true ? 'https' : 'http'}://127.0.0.1:${port}`;
  const ask = supertest(url);
  return {
    inspector,
    server,
    port,
    url,
    archive,
    journal,
    logged,
    ask,
    get: (path) => ask.get(path).set('Authorization', `Bearer ${TOKEN}`),
  };
}

function builtPage(built: boolean): string {
  const folder = temporaryFolder('page');
  onTestFinished(() => removeFolder(folder));
  if (!built) return folder;
  mkdirSync(join(folder, 'assets'));
  writeFileSync(join(folder, 'index.html'), '<!doctype html><title>hangup</title>');
  writeFileSync(join(folder, 'assets', 'index-abc123.js'), 'export {};');
  writeFileSync(join(folder, '.built'), 'a hash');
  return folder;
}
