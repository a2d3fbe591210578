import { liveState } from '../live.ts';

const WORDS = { live: 'live', reconnecting: 'reconnecting', 'signed-out': 'signed out' } as const;

/** Whether what is shown is true now: a disc that is full or a ring, and the word. */
export function LiveDot() {
  const state = liveState.value;
  return (
    <span class="live" data-live={state} role="status">
      <span class="disc" aria-hidden="true" />
      {WORDS[state]}
    </span>
  );
}
