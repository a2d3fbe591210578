import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Program } from '../kit/program.ts';
import { removeFolder, temporaryFolder } from '../kit/temporary.ts';
import { buildPage } from './built-page.ts';

const PROGRAM = fileURLToPath(new URL('./fixtures/full-house.ts', import.meta.url));
/** Of filling the journal, on a busy machine. */
const PATIENCE_MS = 120_000;

/** A page before a journal with many connections (fixtures/full-house.ts). */
export interface FullHouse {
  readonly url: string;
  readonly pid: number;
  readonly folder: string;
  close(): Promise<void>;
}

/** @param token of the page */
export async function startFullHouse(closed: number, open: number, token: string): Promise<FullHouse> {
  buildPage();
  const folder = temporaryFolder('full-house');
  const program = Program.start([process.execPath, PROGRAM, join(folder, 'journal'), `${closed}`, `${open}`, token]);
  const close = async (): Promise<void> => {
    await program.stop('SIGKILL');
    removeFolder(folder);
  };
  try {
    const [, port = ''] = await program.untilSays(/^the page is on (\d+)$/m, PATIENCE_MS);
    return { url: `http://127.0.0.1:${port}`, pid: program.pid, folder: join(folder, 'journal'), close };
  } catch (error) {
    await close();
    throw error;
  }
}
