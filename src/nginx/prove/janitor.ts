import { type ChildProcess, spawn } from 'node:child_process';
import { basename, join } from 'node:path';

/**
 * What cleans up where hangup itself cannot, as after `kill -9`. Each is a shell that waits at the end of a pipe which only
 * hangup holds: when hangup ends, however it ends, the pipe closes. Neither knows a process id, so neither can meet one
 * that somebody else has by then.
 */

const SHELL = '/bin/sh';

/** Those who end a whole service signal all of its processes; the end of the pipe is what counts here. */
const DEAF = "trap '' HUP INT TERM";

/**
 * Runs `"$@"` in place of the shell, with one more process in its group (twice forked, so that it is no child of the
 * program). `kill 0` is that group and nothing else, and the group's number cannot be given to others while it is in it.
 */
const IN_A_WATCHED_GROUP = `
exec 3<&0
( { ${DEAF}; read -r word; kill -KILL 0; } <&3 3<&- >/dev/null 2>&1 & )
exec "$@" </dev/null 3<&-`;

const MARK = '.made-by-hangup';

/** The file by which a folder is known to be hangup's. It is there or not: what stands in it may have come halfway only. */
export const markIn = (folder: string): string => join(folder, basename(folder) + MARK);

const REMOVE_THE_FOLDER = `
folder=$1
${DEAF}
read -r word
[ "$word" = done ] && exit
[ -L "$folder" ] && exit
[ -d "$folder" ] || exit
rmdir "$folder" && exit
[ -f "$folder/\${folder##*/}${MARK}" ] || exit
for try in 1 2 3 4 5; do
  rm -rf "$folder" && exit
  sleep 1
done`;

/**
 * @param command a program that leads a new process group, to be spawned with `detached` and a pipe as its standard input
 * @returns the command that also ends the whole group when the program ends, or when that pipe is closed
 */
export const inWatchedGroup = (command: readonly string[]): readonly string[] => [
  ...[SHELL, '-c', IN_A_WATCHED_GROUP, 'hangup-janitor'],
  ...command,
];

/** Removes a folder when this process ends without having said that there is nothing to remove. */
export class FolderJanitor {
  readonly #child: ChildProcess;

  /** @param folder absolute; to be made after this, and marked with `markIn` before anything else is in it */
  constructor(folder: string) {
    this.#child = spawn(SHELL, ['-c', REMOVE_THE_FOLDER, 'hangup-janitor', folder], {
      stdio: ['pipe', 'ignore', 'ignore'],
      // A session of its own: Ctrl-C and the end of a terminal do not reach it.
      detached: true,
      cwd: '/',
      env: { PATH: '/usr/bin:/bin' },
    });
    // Without a shell there is none, and nothing else is lost: the folder is removed by whoever made it.
    this.#child.on('error', () => undefined);
    this.#child.stdin?.on('error', () => undefined);
    this.#child.unref();
  }

  /** The folder is gone. */
  dismiss(): void {
    this.#child.stdin?.end('done\n');
  }
}
