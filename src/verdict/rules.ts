import type { Rule } from './rule.ts';
import { clientAbort } from './rules/client-abort.ts';
import { clientCloseFrame } from './rules/client-close-frame.ts';
import { clientPingUnanswered } from './rules/client-ping-unanswered.ts';
import { clientReset } from './rules/client-reset.ts';
import { clientToldPingTimeout } from './rules/client-told-ping-timeout.ts';
import { gatewayOwnClose } from './rules/gateway-own-close.ts';
import { handshakeAbandoned } from './rules/handshake-abandoned.ts';
import { injectedTowardsClient } from './rules/injected-towards-client.ts';
import { injectedTowardsServer } from './rules/injected-towards-server.ts';
import { legLost } from './rules/leg-lost.ts';
import { pathStateLost } from './rules/path-state-lost.ts';
import { peerSilentBehindProxy } from './rules/peer-silent-behind-proxy.ts';
import { proxyClosed } from './rules/proxy-closed.ts';
import { proxyCutTls } from './rules/proxy-cut-tls.ts';
import { proxyIdleTimeout } from './rules/proxy-idle-timeout.ts';
import { proxyLifetimeLimit } from './rules/proxy-lifetime-limit.ts';
import { proxyMassClose } from './rules/proxy-mass-close.ts';
import { proxySlowClient } from './rules/proxy-slow-client.ts';
import { refusedByAnswer } from './rules/refused-by-answer.ts';
import { refusedStripped } from './rules/refused-stripped.ts';
import { refusedUnreachable } from './rules/refused-unreachable.ts';
import { serverAbort } from './rules/server-abort.ts';
import { serverAuthTimeout } from './rules/server-auth-timeout.ts';
import { serverBadToken } from './rules/server-bad-token.ts';
import { serverCloseFrame } from './rules/server-close-frame.ts';
import { serverMessageTooBig } from './rules/server-message-too-big.ts';
import { serverPongTimeout } from './rules/server-pong-timeout.ts';
import { serverProtocolError } from './rules/server-protocol-error.ts';
import { serverQueueFull } from './rules/server-queue-full.ts';
import { serverReset } from './rules/server-reset.ts';
import { serverResumeRejected } from './rules/server-resume-rejected.ts';
import { serverShutdown } from './rules/server-shutdown.ts';
import { serverWriteTimeout } from './rules/server-write-timeout.ts';
import { tlsBroken } from './rules/tls-broken.ts';
import { unknown } from './rules/unknown.ts';

/** All rules. Between two that are equally sure the earlier is believed, so the narrower stand before the wider. */
export const RULES: readonly Rule[] = [
  gatewayOwnClose,
  refusedUnreachable,
  refusedStripped,
  refusedByAnswer,
  handshakeAbandoned,
  legLost,
  tlsBroken,
  // A Close frame came first.
  injectedTowardsServer,
  injectedTowardsClient,
  clientToldPingTimeout,
  serverQueueFull,
  serverMessageTooBig,
  serverProtocolError,
  // None came.
  pathStateLost,
  proxySlowClient,
  serverResumeRejected,
  serverBadToken,
  serverAuthTimeout,
  serverWriteTimeout,
  serverPongTimeout,
  proxyCutTls,
  proxyMassClose,
  serverShutdown,
  proxyLifetimeLimit,
  clientPingUnanswered,
  proxyIdleTimeout,
  proxyClosed,
  peerSilentBehindProxy,
  // Who and how, but not why.
  clientCloseFrame,
  serverCloseFrame,
  clientAbort,
  clientReset,
  serverAbort,
  serverReset,
  unknown,
];
