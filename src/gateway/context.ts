import type { Side } from '../evidence/fact.ts';
import type { Recorder } from '../evidence/recorder.ts';
import type { ConnectionObserver } from './connection-log.ts';
import type { FrameKeeper } from './frame-keeper.ts';
import type { IsOwnPage } from './own-page.ts';

/** What all taps of a process are given. */
export interface GatewaySettings {
  readonly recorder: Recorder;
  readonly observer: ConnectionObserver;
  readonly keeper: FrameKeeper;
  readonly keepaliveMs: Readonly<Record<Side, number | null>>;
  /** Own pings missed in a row after which a peer is taken for dead and the connection ended; null: never. */
  readonly deadAfter: number | null;
  /** WebSockets at once, over all taps; null: no limit but the system's. */
  readonly maxConnections: number | null;
  /** Where no tap may lead; absent: there is no page. */
  readonly isOwnPage?: IsOwnPage;
  readonly log: (level: 'info' | 'warn' | 'error', message: string) => void;
}

/** What they share: the settings, and the count of WebSockets. */
export interface GatewayContext extends GatewaySettings {
  readonly open: () => number;
  readonly opened: () => void;
  readonly closed: () => void;
}
