// The inspector's page, built by Vite into dist/page whenever what it is made of has changed. Costs a few milliseconds
// when it has not.

import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withLock } from './lock.mjs';
import { run } from './run.mjs';
import { SetupError, say } from './speech.mjs';
import { NODE, path } from './tree.mjs';

const SOURCE = 'src/inspector/page';
/** What the page is made of beside its own folder: what it shares with the rest of hangup, and Vite. */
export const MADE_OF = [
  SOURCE,
  'src/inspector/api.ts',
  'src/words',
  'src/evidence/fact.ts',
  'src/wire/opcodes.ts',
  'package-lock.json',
];
/** Holds the hash of what the page was built from. */
const BUILT = 'dist/page/.built';

/**
 * Builds the page if it is not built from what is there now.
 * @param {{ required: boolean }} options whether to go no further without it
 * @throws SetupError when it is required and cannot be built
 */
export async function page({ required }) {
  // A package from the registry holds the built page and no source.
  if (!existsSync(path(SOURCE)) || isBuilt(hash())) return;
  await withLock(path('.setup-lock'), () => build(required), {
    onWait: () => say('another set-up is at work in this tree; waiting for it'),
  });
}

async function build(required) {
  const wanted = hash();
  if (isBuilt(wanted)) return;
  say('building the page …');
  const vite = path('node_modules/vite/bin/vite.js');
  const { ok, how } = await run(NODE, [vite, 'build', SOURCE, '--logLevel', 'warn'], { cwd: path('.') });
  if (ok) {
    writeFileSync(path(BUILT), wanted);
    return;
  }
  const trouble = `the page could not be built (${how}); npm run build:page shows why`;
  if (required) throw new SetupError(trouble);
  // The gateway does not need it, and says the same to whoever opens it.
  say(trouble);
}

/** @param {string} wanted */
function isBuilt(wanted) {
  try {
    return readFileSync(path(BUILT), 'utf8') === wanted;
  } catch (error) {
    if (error.code === 'ENOENT') return false;
    throw error;
  }
}

/** @returns {string} of names and contents */
function hash() {
  const sum = createHash('sha256');
  for (const file of MADE_OF.flatMap(filesIn))
    sum
      .update(`${file}\0`)
      .update(readFileSync(path(file)))
      .update('\0');
  return sum.digest('hex');
}

/** @param {string} inTree a file, or a folder with all that is in it @returns {string[]} in a stable order */
function filesIn(inTree) {
  if (!existsSync(path(inTree))) return [];
  try {
    const names = readdirSync(path(inTree)).sort();
    return names.flatMap((name) => filesIn(join(inTree, name)));
  } catch (error) {
    if (error.code === 'ENOTDIR') return [inTree];
    throw error;
  }
}
