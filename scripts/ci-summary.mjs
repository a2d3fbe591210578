// Counts what `.ci/run` ran: node scripts/ci-summary.mjs RESULTS-OF-VITEST.json EXIT-CODE-OF-TESTS EXIT-CODE-OF-LINT
// Lint counts as one check. A run that failed without a failed test (a file that does not load, an error outside any
// test, a set-up that broke) counts as one failure: the last line must never look better than the exit code.

import { existsSync, readFileSync } from 'node:fs';

const [resultsFile = '', testsCode = '1', lintCode = '1'] = process.argv.slice(2);

const files = existsSync(resultsFile) ? JSON.parse(readFileSync(resultsFile, 'utf8')).testResults : [];
const tests = files.flatMap((file) => file.assertionResults.map((test) => ({ ...test, file: file.name })));
const withStatus = (status) => tests.filter((test) => test.status === status);

const failures = [
  ...withStatus('failed').map((test) => `${test.file}: ${test.fullName}`),
  ...files
    .filter((file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'))
    .map((file) => `${file.name}: ${file.message.split('\n')[0] || 'did not load'}`),
];
if (testsCode !== '0' && failures.length === 0) failures.push(`npm test ended with exit code ${testsCode}`);
if (lintCode !== '0') failures.push(`npm run lint ended with exit code ${lintCode}`);

const passed = withStatus('passed').length + (lintCode === '0' ? 1 : 0);
const skipped = tests.length - withStatus('passed').length - withStatus('failed').length;
if (skipped > 0) console.log(`${skipped} skipped`);
for (const failure of failures) console.log(`FAILED ${failure}`);
console.log(`${passed} passed, ${failures.length} failed`);
process.exitCode = failures.length === 0 ? 0 : 1;
