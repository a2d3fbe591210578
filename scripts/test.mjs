// `npm test [-- vitest's arguments]`: set up what is missing, system packages included, then run vitest under Node 24.

import { dependencies } from './setup/dependencies.mjs';
import { page } from './setup/page.mjs';
import { runAsChild } from './setup/run-as-child.mjs';
import { reportAndExit } from './setup/speech.mjs';
import { systemPackages } from './setup/system-packages.mjs';
import { NODE, path } from './setup/tree.mjs';

try {
  await dependencies();
  await page({ required: true });
  const ci = process.env.CI === 'true';
  await systemPackages({ required: ci ? ['nginx', 'chromium', 'dockerd'] : [], engine: ci });
} catch (error) {
  reportAndExit(error, 1);
}
process.exitCode = await runAsChild(NODE, [path('node_modules/vitest/vitest.mjs'), 'run', ...process.argv.slice(2)]);
