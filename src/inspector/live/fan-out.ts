import type { Fact, Side } from '../../evidence/fact.ts';
import type { ConnectionLog, ConnectionObserver } from '../../gateway/connection-log.ts';

/** Tells several observers, each time in the order in which they were given. */
export class FanOut implements ConnectionObserver {
  readonly #observers: readonly ConnectionObserver[];

  constructor(...observers: readonly ConnectionObserver[]) {
    this.#observers = observers;
  }

  onOpened(connection: ConnectionLog): void {
    for (const observer of this.#observers) observer.onOpened(connection);
  }

  onFact(connection: ConnectionLog, fact: Fact): void {
    for (const observer of this.#observers) observer.onFact(connection, fact);
  }

  onTargetRefused(tap: string, code: string): void {
    for (const observer of this.#observers) observer.onTargetRefused(tap, code);
  }

  onRoundTrip(connection: ConnectionLog, leg: Side, ms: number): void {
    for (const observer of this.#observers) observer.onRoundTrip(connection, leg, ms);
  }

  onUser(connection: ConnectionLog, id: string): void {
    for (const observer of this.#observers) observer.onUser(connection, id);
  }

  onUserName(id: string, name: string): void {
    for (const observer of this.#observers) observer.onUserName(id, name);
  }

  onAct(connection: ConnectionLog, fact: Fact): void {
    for (const observer of this.#observers) observer.onAct(connection, fact);
  }

  onEnded(connection: ConnectionLog): void {
    for (const observer of this.#observers) observer.onEnded(connection);
  }
}
