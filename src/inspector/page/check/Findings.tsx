import { useEffect, useRef, useState } from 'preact/hooks';
import { harmless } from '../../../words/harmless.ts';
import { grouped } from '../../../words/times.ts';
import { CopyButton } from '../parts/CopyButton.tsx';
import { Safe } from '../parts/Safe.tsx';
import { type Item, isLines, placeText, SIGNS } from './items.ts';
import { active, items, lookAt, step } from './store.ts';

/** Shown until more are asked for. */
const FIRST = 100;

/** What was found, worst first; the one that is looked at says why and what mends it. @param left those that the answer left out */
export function Findings({ left }: { left: number }) {
  const [all, showAll] = useState(false);
  const { value: found } = items;
  const shown = all ? found : found.slice(0, Math.max(FIRST, active.value + 1));
  const list = useRef<HTMLOListElement>(null);
  const { value: at } = active;
  useEffect(() => {
    const current = list.current?.children[at];
    if (at > 0) current?.scrollIntoView({ block: 'nearest' });
  }, [at]);
  return (
    <section class="card findings" aria-labelledby="findings-title">
      <div class="bar">
        <h2 id="findings-title">
          Found <span class="muted">({grouped(found.length + left)})</span>
        </h2>
        <div class="tools">
          <button type="button" class="button" aria-keyshortcuts="p" onClick={() => step(-1)}>
            <span aria-hidden="true">↑</span> previous
          </button>
          <button type="button" class="button" aria-keyshortcuts="n" onClick={() => step(1)}>
            <span aria-hidden="true">↓</span> next
          </button>
        </div>
      </div>
      <Announced />
      <ol ref={list}>
        {shown.map((item, index) => (
          <Entry key={`${item.rule} ${item.file}:${item.line}:${item.column}:${index}`} item={item} index={index} />
        ))}
      </ol>
      {shown.length < found.length && (
        <button type="button" class="button" onClick={() => showAll(true)}>
          show all {grouped(found.length)}
        </button>
      )}
      {left > 0 && <p class="muted">{grouped(left)} more are counted and not listed.</p>}
    </section>
  );
}

/** What those who hear the page are told when they go on to another one. */
function Announced() {
  const index = active.value;
  const item = items.value[index];
  const first = useRef(true);
  useEffect(() => {
    first.current = false;
  }, []);
  return (
    <p class="hidden" role="status">
      {!first.current &&
        item !== undefined &&
        `${index + 1} of ${items.value.length}: ${item.severity}, line ${item.line}: ${harmless(item.summary)}`}
    </p>
  );
}

function Entry({ item, index }: { item: Item; index: number }) {
  const { severity, rule, summary, finding } = item;
  const isActive = active.value === index;
  return (
    <li data-severity={severity} data-active={isActive}>
      <button type="button" class="finding" aria-current={isActive ? 'true' : undefined} onClick={() => lookAt(index)}>
        <span class="finding-head">
          <span class="severity">
            <span aria-hidden="true">{SIGNS[severity]}</span> {severity}
          </span>
          <span class="mono">{rule}</span>
          <Safe class="mono muted finding-place" text={placeText(item)} title={false} />
        </span>
        <Safe text={summary} title={false} />
      </button>
      {isActive && finding !== null && (
        <div class="finding-more">
          <p>
            <Safe text={finding.why} title={false} />
          </p>
          <Fix fix={finding.fix} />
        </div>
      )}
    </li>
  );
}

function Fix({ fix }: { fix: string }) {
  if (fix === '') return null;
  if (!isLines(fix)) {
    return (
      <p>
        <strong>mend:</strong> <Safe text={fix} title={false} />
      </p>
    );
  }
  return (
    <div class="config">
      <pre>
        <code>{fix.split('\n').map(harmless).join('\n')}</code>
      </pre>
      <CopyButton text={fix} what="these lines" />
    </div>
  );
}
