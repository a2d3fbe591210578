import { defineConfig } from 'vitest/config';

// `.ci/run` names a file outside the tree and counts from it; a person reads the terminal.
const results = process.env.HANGUP_TEST_RESULTS ?? '';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Sockets, signals and descriptors are per process: a file that leaks one must not fail another.
    pool: 'forks',
    // Scenario tests start nginx and its kind beside the test: two files at once is what two cores carry with honest times.
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    teardownTimeout: 10_000,
    // What is waited for comes when it comes; one second is too little on a busy machine.
    expect: { poll: { timeout: 10_000 } },
    reporters: results === '' ? ['default'] : ['default', ['json', { outputFile: results }]],
  },
});
