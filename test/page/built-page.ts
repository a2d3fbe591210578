import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Where the built page is. */
export const BUILT = fileURLToPath(new URL('../../dist/page/', import.meta.url));

/**
 * Builds the page unless it is built from what is there now. `npm test` has done so; who runs one file by hand may not have.
 * @throws when it cannot be built
 */
export function buildPage(): void {
  // The set-up is plain JavaScript for any Node, without types.
  const script = "import('./scripts/setup/page.mjs').then(({ page }) => page({ required: true }))";
  execFileSync(process.execPath, ['-e', script], { cwd: ROOT, stdio: ['ignore', 'ignore', 'inherit'] });
}
