/** The fault peers: TCP and TLS ends that do exactly what a test asks, and say by errno how the other side ended. */

export { type Certificate, certificate } from './certificate.ts';
export { type ClientOptions, connectClient, type Dial, FaultClient, openClient } from './fault-client.ts';
export {
  type Answer,
  FaultConnection,
  FaultServer,
  type Listen,
  type ServerOptions,
  startServer,
} from './fault-server.ts';
export * from './frames.ts';
export {
  acceptFor,
  type Head,
  header,
  headText,
  newKey,
  type RequestSpec,
  upgradeAnswer,
  upgradeRequest,
} from './head.ts';
export { type Ending, FaultPeer } from './peer.ts';
export { Changes, now, WAIT_MS, WaitedInVain, within } from './until.ts';
