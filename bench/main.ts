/** `npm run bench`: the budget table of DESIGN.md, measured side by side in one run. */

import { type BenchOptions, readOptions, type SectionName, USAGE } from './options.ts';
import { isMet, type SectionResult } from './report/result.ts';
import { sectionText } from './report/text.ts';
import { checkSection } from './sections/check.ts';
import type { BenchContext } from './sections/context.ts';
import { cpuSection } from './sections/cpu.ts';
import { journalSection } from './sections/journal.ts';
import { latencySection } from './sections/latency.ts';
import { memorySection } from './sections/memory.ts';
import { querySection } from './sections/query.ts';

const EXIT_MISSED = 1;
const EXIT_USAGE = 2;
const EXIT_INTERRUPTED = 130;

const SECTION: Readonly<Record<SectionName, (context: BenchContext) => Promise<SectionResult>>> = {
  cpu: cpuSection,
  latency: latencySection,
  memory: memorySection,
  journal: journalSection,
  query: querySection,
  check: checkSection,
};

async function bench({ only, json, strict, ...rest }: BenchOptions): Promise<number> {
  const context: BenchContext = { ...rest, say: (text) => void process.stderr.write(`${text}\n`) };
  const results: SectionResult[] = [];
  for (const section of only) {
    const result = await SECTION[section](context);
    results.push(result);
    // At once, so that an interrupted run has said something.
    if (!json) process.stdout.write(`${sectionText(result)}\n\n`);
  }
  if (json) {
    const sections = results.map((result) => ({
      ...result,
      budgets: result.budgets.map((budget) => ({ ...budget, ok: isMet(budget) })),
    }));
    process.stdout.write(`${JSON.stringify({ sections })}\n`);
  }
  const missed = results.flatMap(({ budgets }) => budgets).filter((budget) => !isMet(budget));
  return strict && missed.length > 0 ? EXIT_MISSED : 0;
}

function optionsOrUsage(): BenchOptions | 'help' | null {
  try {
    return readOptions(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`bench: ${error instanceof Error ? error.message : String(error)}\n`);
    return null;
  }
}

// The kit ends children and removes folders when this process exits, by whatever way.
process.on('SIGINT', () => process.exit(EXIT_INTERRUPTED));

const options = optionsOrUsage();
if (options === null) process.exitCode = EXIT_USAGE;
else if (options === 'help') process.stdout.write(USAGE);
else process.exitCode = await bench(options);
