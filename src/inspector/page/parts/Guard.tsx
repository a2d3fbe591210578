import { Component, type ComponentChildren } from 'preact';
import { Failure } from './Failure.tsx';

interface GuardProps {
  /** What it is that may fail, as in `the pictures`. */
  readonly what: string;
  readonly children: ComponentChildren;
}

/** Keeps a fault of one part from taking the rest of the page along. */
export class Guard extends Component<GuardProps, { fault: string | null }> {
  override state = { fault: null };

  override componentDidCatch(error: unknown): void {
    console.error(error);
    this.setState({ fault: String(error) });
  }

  override render({ what, children }: GuardProps, { fault }: { fault: string | null }) {
    if (fault === null) return children;
    return (
      <Failure
        says={`The page failed to draw ${what}; that is a fault of hangup's own (${fault}).`}
        retry={() => this.setState({ fault: null })}
      />
    );
  }
}
