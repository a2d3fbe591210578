import { useId, useState } from 'preact/hooks';
import type { ConnectionDetail } from '../../api.ts';
import { useLayout } from '../pictures/use-layout.ts';
import { Drawing } from './Drawing.tsx';
import { happened, lanesSentence, leftOut } from './happened.ts';
import { Key } from './Key.tsx';
import './lanes.css';
import { layoutLanes } from './layout.ts';

/** The last moments of a connection: who said what to whom, who fell silent, and who hung up. */
export function Lanes({ detail }: { detail: ConnectionDetail }) {
  const id = useId();
  const [ref, layout] = useLayout(layoutLanes, detail);
  return (
    <section class="lanes" aria-labelledby={id}>
      <header>
        <h2 id={id}>The last moments</h2> <span class="lanes-hint">silences to scale, busy stretches folded</span>
      </header>
      <div ref={ref} class="lanes-frame">
        {layout !== null && <Drawing layout={layout} says={lanesSentence(detail)} />}
      </div>
      <Key />
      <WhatHappened detail={detail} />
    </section>
  );
}

/** The lines are made when they are asked for. */
function WhatHappened({ detail }: { detail: ConnectionDetail }) {
  const [open, setOpen] = useState(false);
  return (
    <details class="lanes-list" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>what happened, in words</summary>
      {open && <List detail={detail} />}
    </details>
  );
}

function List({ detail }: { detail: ConnectionDetail }) {
  const missing = leftOut(detail);
  return (
    <>
      {missing !== null && <p>{missing}</p>}
      <ol>
        {happened(detail).map(({ time, where, says, ending }, i) => (
          <li key={i} class={ending ? 'lanes-ending' : undefined}>
            <span class="lanes-when">{time}</span> <span class="lanes-where">{where}</span> <bdi>{says}</bdi>
          </li>
        ))}
      </ol>
    </>
  );
}
