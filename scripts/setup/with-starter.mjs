// Preloaded into what run-as-child.mjs starts: ends this process when its starter is gone.

process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
// Waiting for that must not keep a finished command alive.
process.channel?.unref();
