// `npm start -- COMMAND …`: set up what is missing, then become hangup as far as a process can: its stdio, its signals,
// its exit code. `npm start` alone is the demo, staying open.
// Plain JavaScript for any Node from 18 on: this runs before Node 24 is there.

import { dependencies } from './setup/dependencies.mjs';
import { page } from './setup/page.mjs';
import { runAsChild } from './setup/run-as-child.mjs';
import { reportAndExit } from './setup/speech.mjs';
import { NODE, path } from './setup/tree.mjs';

const EXIT_CANNOT_START = 3;

try {
  await dependencies();
  await page({ required: false });
} catch (error) {
  reportAndExit(error, EXIT_CANNOT_START);
}
const command = process.argv.length > 2 ? process.argv.slice(2) : ['demo', '--stay'];
process.exitCode = await runAsChild(NODE, [path('src/main.ts'), ...command]);
