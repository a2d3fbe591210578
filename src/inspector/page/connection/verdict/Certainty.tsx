import { useId, useState } from 'preact/hooks';
import type { Certainty as Level } from '../../../../verdict/verdict.ts';
import { CertaintyBadge } from '../../parts/Badge.tsx';

/** The rule of certainty (DESIGN.md), in a sentence each. */
const MEANS: Readonly<Record<Level, string>> = {
  certain: 'Certain: what was seen excludes every other party.',
  likely: 'Likely: one cause explains all that was seen; any other would need a coincidence.',
  possible: 'Possible: it fits what was seen, and so does something else. The witness named here would settle it.',
};

/** How sure the verdict is, and what that means: on hover, on focus, and as the button's description. */
export function Certainty({ certainty }: { certainty: Level }) {
  const id = useId();
  // WCAG 1.4.13: what appears on hover can be sent away without moving the pointer.
  const [dismissed, dismiss] = useState(false);
  return (
    <span class="explained" data-dismissed={dismissed} onPointerEnter={() => dismiss(false)}>
      <button
        type="button"
        class="plain"
        aria-describedby={id}
        onFocus={() => dismiss(false)}
        onClick={() => dismiss(false)}
        onKeyDown={(event) => event.key === 'Escape' && dismiss(true)}
      >
        <CertaintyBadge certainty={certainty} />
      </button>
      <span role="tooltip" id={id} class="tip">
        {MEANS[certainty]}
      </span>
    </span>
  );
}
