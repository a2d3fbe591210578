import { type Server, WebSocket, WebSocketServer } from 'ws';
import { MESSAGE_LIMIT_BYTES } from './options.ts';

/** `ws` with the manners of gorilla/websocket, the library that Mattermost uses. */
class GorillaSocket extends WebSocket {
  /** gorilla echoes the code of a Close frame without its reason. */
  override close(code?: number): void {
    super.close(code);
  }
}

/** Upgrades only; it neither listens nor refuses. */
export function gorillaServer(): Server<typeof GorillaSocket> {
  return new WebSocketServer({
    noServer: true,
    clientTracking: false,
    WebSocket: GorillaSocket,
    maxPayload: MESSAGE_LIMIT_BYTES,
    // Mattermost has never offered it (FIELD-NOTES §1, "Upgrade").
    perMessageDeflate: false,
    // gorilla does not look into the text of a frame.
    skipUTF8Validation: true,
    // Answered by the connection: `ws` gives up on a peer with 60 pings under way, gorilla does not.
    autoPong: false,
  });
}
