import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Failure } from '../parts/Failure.tsx';
import { Loading } from '../parts/Loading.tsx';

/**
 * A view whose script is loaded when it is opened, so that those who never open it do not wait for it.
 * @param what what is on its way, as in `loading the check`
 */
export function LaterView({ load, what }: { load: () => Promise<ComponentType>; what: string }) {
  const [loaded, put] = useState<{ readonly View: ComponentType | null } | null>(null);
  useEffect(() => {
    void load().then(
      (View) => put({ View }),
      () => put({ View: null }),
    );
  }, [load]);
  if (loaded === null) return <Loading what={what} />;
  // Another hangup may have been started since, whose scripts have other names.
  if (loaded.View === null) {
    return (
      <Failure
        says="This view could not be loaded; hangup may be another version now."
        retry={() => location.reload()}
      />
    );
  }
  return <loaded.View />;
}
