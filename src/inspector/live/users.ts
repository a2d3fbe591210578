/** Names remembered, as many as the gateway does (user-watch.ts). */
const MAX_NAMES = 10_000;
/** Connections whose user is remembered, the oldest forgotten first: more than are open, and those that were lately. */
const MAX_CONNECTIONS = 50_000;

export interface User {
  readonly id: string;
  readonly name: string | null;
}

/** Who is at the other end of the connections, for the live feed: the journal has it only some moments later. */
export class Users {
  /** Ids of users by the connection's number in the journal. */
  readonly #ids = new Map<number, string>();
  readonly #names = new Map<string, string>();

  /** @param connection its number */
  of(connection: number): User | null {
    const id = this.#ids.get(connection);
    return id === undefined ? null : { id, name: this.#names.get(id) ?? null };
  }

  /** @param connection its number @param id of Mattermost's user */
  greeted(connection: number, id: string): void {
    remember(this.#ids, connection, id, MAX_CONNECTIONS);
  }

  named(id: string, name: string): void {
    remember(this.#names, id, name, MAX_NAMES);
  }
}

function remember<K>(map: Map<K, string>, key: K, value: string, most: number): void {
  map.set(key, value);
  const [oldest] = map.keys();
  if (oldest !== undefined && map.size > most) map.delete(oldest);
}
