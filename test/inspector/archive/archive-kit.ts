import { onTestFinished } from 'vitest';
import { ArchiveThread } from '../../../src/inspector/archive/thread.ts';

/** An archive that is closed after the test. */
export function openArchive(folder: string, worker?: URL): ArchiveThread {
  const archive = new ArchiveThread(folder, ...(worker === undefined ? [] : [worker]));
  onTestFinished(() => archive.close());
  return archive;
}
