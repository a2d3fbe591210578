import { useLayoutEffect, useState } from 'preact/hooks';
import { Guard } from '../parts/Guard.tsx';
import { Pictures } from '../pictures/Pictures.tsx';
import { Connections } from './Connections.tsx';
import { Counts } from './Counts.tsx';
import { attend } from './news.ts';
import { Situation } from './Situation.tsx';
import { narrow, pictures, summary } from './store.ts';
import { isNarrow } from './viewport.ts';

/** The situation in one sentence, in figures, in pictures, and connection by connection. */
export function Overview() {
  useLayoutEffect(attend, []);
  return (
    <>
      <h1 class="hidden">Connections</h1>
      <Situation />
      <Counts />
      <PicturesOfAll />
      <Connections />
    </>
  );
}

function PicturesOfAll() {
  const known = summary.value;
  const drawn = pictures.value;
  const [open, setOpen] = useState(picturesWanted);
  if (known === null || drawn === null || known.open + known.closed === 0) return null;
  const toggled = (isOpen: boolean) => {
    if (isOpen === open) return;
    setOpen(isOpen);
    localStorage.setItem(STORED_AS, isOpen ? 'open' : 'closed');
  };
  return (
    <details class="pictures" open={open} onToggle={({ currentTarget }) => toggled(currentTarget.open)}>
      <summary>
        <h2>Pictures</h2>
      </summary>
      {open && (
        <Guard what="the pictures">
          <Pictures
            pictures={drawn}
            onIdle={(idleFromMs, idleToMs) => narrow({ idleFromMs, idleToMs, open: null })}
            onTime={(since, until) => narrow({ since: isoOf(since), until: isoOf(until) })}
            onTap={(tap) => narrow({ tap })}
          />
        </Guard>
      )}
    </details>
  );
}

const STORED_AS = 'hangup-pictures';

/** As the reader left them; where they would fill several screens, folded until asked for. */
const picturesWanted = (): boolean => (localStorage.getItem(STORED_AS) ?? (isNarrow() ? 'closed' : 'open')) === 'open';

/** To be read in the address; a bucket's edge may fall between two ms. */
const isoOf = (ms: number): string => new Date(ms).toISOString();
