import { useEffect, useState } from 'preact/hooks';
import { liveState, wholeUntil } from '../live.ts';
import { Clock } from '../parts/Time.tsx';

/** A line that comes back within this time was no outage, in ms. */
const PATIENCE_MS = 2500;

/** Says that hangup is not heard any more, and from when what is shown is. */
export function Outage() {
  const lost = liveState.value === 'reconnecting';
  const [long, setLong] = useState(false);
  useEffect(() => {
    if (!lost) return undefined;
    const timer = setTimeout(() => setLong(true), PATIENCE_MS);
    return () => {
      clearTimeout(timer);
      setLong(false);
    };
  }, [lost]);
  return (
    <div role="status">
      {lost && long && (
        <p class="outage">
          <strong>hangup is not heard.</strong> It may have been stopped, or the line to it is down.{' '}
          {wholeUntil.value !== null && (
            <>
              What you see is from <Clock at={wholeUntil.value} />.{' '}
            </>
          )}
          This page comes back by itself as soon as hangup does.
        </p>
      )}
    </div>
  );
}
