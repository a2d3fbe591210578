// Set-up speaks on stderr only: stdout belongs to the command that follows.

/** @param {string} sentence */
export const say = (sentence) => process.stderr.write(`hangup set-up: ${sentence}\n`);

/** Something the operator can mend; its message is a sentence that says how. */
export class SetupError extends Error {}

/**
 * @param {unknown} error
 * @param {number} code the exit code for a set-up that failed for a known reason
 * @returns {never}
 */
export function reportAndExit(error, code) {
  if (!(error instanceof SetupError)) throw error;
  say(error.message);
  process.exit(code);
}
