import { useEffect, useState } from 'preact/hooks';
import { Failure } from '../parts/Failure.tsx';
import { Guard } from '../parts/Guard.tsx';
import { onKey } from '../parts/shortcuts.ts';
import { Answer } from './Answer.tsx';
import './check.css';
import { readDropped } from './dropped.ts';
import { Given } from './Given.tsx';
import { answer, asking, check, failure, step } from './store.ts';
import { take } from './take.ts';

/** `/check`: a configuration of nginx is pasted or dropped, and read as `hangup check` reads it. */
export function CheckPage() {
  useEffect(() => {
    document.title = 'nginx check · hangup';
  }, []);
  useEffect(() => onKey('n', () => step(1)), []);
  useEffect(() => onKey('p', () => step(-1)), []);
  const over = useDrop();
  return (
    <article class="check" data-drop={over}>
      <h1>Check nginx’s configuration</h1>
      <Given />
      {failure.value !== null && <Failure says={failure.value} retry={check} />}
      <p class="hidden" role="status">
        {asking.value ? 'checking' : (answer.value?.says ?? '')}
      </p>
      {answer.value !== null && (
        <Guard key={answer.value.says} what="what was found">
          <Answer answer={answer.value} />
        </Guard>
      )}
    </article>
  );
}

/** Files may be dropped anywhere on the view. @returns whether some are held over it */
function useDrop(): boolean {
  const [over, setOver] = useState(false);
  useEffect(() => {
    const dragged = (event: DragEvent) => {
      if (event.dataTransfer?.types.includes('Files') !== true) return;
      event.preventDefault();
      setOver(event.type === 'dragover');
    };
    const dropped = async (event: DragEvent) => {
      setOver(false);
      if (event.dataTransfer === null || !event.dataTransfer.types.includes('Files')) return;
      event.preventDefault();
      await take(readDropped(event.dataTransfer));
    };
    document.addEventListener('dragover', dragged);
    document.addEventListener('dragleave', dragged);
    document.addEventListener('drop', dropped);
    return () => {
      document.removeEventListener('dragover', dragged);
      document.removeEventListener('dragleave', dragged);
      document.removeEventListener('drop', dropped);
    };
  }, []);
  return over;
}
