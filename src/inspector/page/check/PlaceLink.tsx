import type { Place } from '../../api.ts';
import { Safe } from '../parts/Safe.tsx';
import { placeText } from './items.ts';
import { goTo } from './store.ts';

/** A place in the source, which shows it. */
export function PlaceLink({ at }: { at: Place }) {
  const go = () => {
    goTo(at);
    const source = document.getElementById('check-source');
    source?.scrollIntoView({ block: 'nearest' });
    source?.focus({ preventScroll: true });
  };
  return (
    <button type="button" class="place mono" onClick={go} title={`${at.file}:${at.line}:${at.column}`}>
      <Safe text={placeText(at)} title={false} />
    </button>
  );
}
