/** A gateway between fault peers: everything that a test starts here is ended with the test. */

import type { AddressInfo } from 'node:net';
import { createSecureContext, type SecureContext } from 'node:tls';
import { expect, onTestFinished } from 'vitest';
import type { Side } from '../../src/evidence/fact.ts';
import { FrameKeeper, type PayloadPolicy } from '../../src/gateway/frame-keeper.ts';
import { Gateway } from '../../src/gateway/gateway.ts';
import type { Target, TargetTls } from '../../src/gateway/target.ts';
import { helloConnectionId } from '../../src/mattermost/connection-id.ts';
import { frameName, NAME_PREFIX_BYTES, VERDICT_NAMES } from '../../src/mattermost/frame-name.ts';
import { USER_NAMING } from '../../src/mattermost/users.ts';
import {
  type ClientOptions,
  certificate,
  connectClient,
  type FaultClient,
  type FaultConnection,
  type FaultServer,
  openClient,
  type ServerOptions,
  startServer,
} from '../kit/fault-peers.ts';
import { type Recorded, Recording } from './recording.ts';

export interface GatewaySpec {
  /** The target's port on 127.0.0.1, or the whole target. */
  readonly target: number | Target;
  /** TLS on the client leg, with the kit's certificate. */
  readonly secure?: boolean;
  readonly keepaliveMs?: Partial<Record<Side, number>>;
  readonly deadAfter?: number;
  readonly maxConnections?: number;
  readonly appendForwarded?: boolean;
  readonly payload?: PayloadPolicy;
  readonly isOwnPage?: (address: string, port: number) => boolean;
}

export interface StartedGateway {
  readonly gateway: Gateway;
  readonly port: number;
  readonly recording: Recording;
  readonly logged: readonly string[];
}

/** How long the last gateway of a test may take to let go of what the test has left open. */
const STOP_MS = 50;

export async function startGateway(spec: GatewaySpec): Promise<StartedGateway> {
  const recording = new Recording();
  const logged: string[] = [];
  const naming = {
    prefixBytes: NAME_PREFIX_BYTES,
    nameOf: frameName,
    firsts: new Set<string>(VERDICT_NAMES),
    helloId: helloConnectionId,
    users: USER_NAMING,
  };
  const gateway = new Gateway({
    taps: [
      {
        info: { name: 'gateway', behind: null, before: null },
        listen: { host: '127.0.0.1', port: 0 },
        secure: spec.secure === true ? kitContext() : null,
        target: typeof spec.target === 'number' ? plainTarget(spec.target) : spec.target,
        appendForwarded: spec.appendForwarded ?? false,
      },
    ],
    recorder: recording,
    observer: recording,
    keeper: new FrameKeeper(spec.payload ?? 'events', naming, recording.names),
    keepaliveMs: { client: spec.keepaliveMs?.client ?? null, server: spec.keepaliveMs?.server ?? null },
    deadAfter: spec.deadAfter ?? null,
    maxConnections: spec.maxConnections ?? null,
    log: (_level, message) => void logged.push(message),
    ...(spec.isOwnPage === undefined ? {} : { isOwnPage: spec.isOwnPage }),
  });
  const started = await gateway.start();
  onTestFinished(async () => {
    await gateway.drain('the test is over', STOP_MS);
    expect(gateway.open).toBe(0);
    recording.checkEnds();
  });
  return { gateway, port: portOf(started[0]?.address), recording, logged };
}

export function plainTarget(port: number): Target {
  return { host: '127.0.0.1', port, tls: null, text: `http://127.0.0.1:${port}` };
}

/** A TLS target with the kit's certificate as the only one that is trusted. */
export function tlsTarget(port: number, options: Partial<TargetTls> = {}): Target {
  const trusting = {
    context: createSecureContext({ ca: certificate().cert }),
    servername: 'localhost',
    insecure: false,
  };
  return { host: '127.0.0.1', port, tls: { ...trusting, ...options }, text: `https://127.0.0.1:${port}` };
}

function kitContext(): SecureContext {
  const { cert, key } = certificate();
  return createSecureContext({ cert, key });
}

function portOf(address: AddressInfo | undefined): number {
  if (address === undefined) throw new Error('the gateway has no address');
  return address.port;
}

export async function server(options: ServerOptions = {}): Promise<FaultServer> {
  const started = await startServer(options);
  onTestFinished(() => started.close());
  return started;
}

/** A client that has connected to the gateway and said nothing. */
export async function caller(options: ClientOptions): Promise<FaultClient> {
  const connected = await connectClient(options);
  onTestFinished(() => connected.close());
  return connected;
}

export interface Stage extends StartedGateway {
  readonly client: FaultClient;
  readonly server: FaultConnection;
  readonly target: FaultServer;
  readonly log: Recorded;
}

export interface StageSpec extends Omit<GatewaySpec, 'target'> {
  readonly client?: Omit<ClientOptions, 'port'>;
  readonly server?: ServerOptions;
  /** The target is spoken to over TLS. */
  readonly secureTarget?: boolean;
}

/** A WebSocket through a gateway, open. */
export async function openStage(spec: StageSpec = {}): Promise<Stage> {
  const target = await server({ ...spec.server, ...(spec.secureTarget === true ? { tls: certificate() } : {}) });
  const started = await startGateway({
    ...spec,
    target: spec.secureTarget === true ? tlsTarget(target.port) : target.port,
  });
  const client = await openClient({ ...spec.client, port: started.port, tls: spec.secure === true });
  onTestFinished(() => client.close());
  return {
    ...started,
    target,
    client,
    server: await target.upgraded(),
    log: await started.recording.connection(),
  };
}

/** A gateway before a server that answers as told, and a client that has sent its upgrade request. */
export async function askStage(
  answer: NonNullable<ServerOptions['answer']>,
  options: Omit<ClientOptions, 'port'> = {},
): Promise<StartedGateway & { readonly client: FaultClient; readonly target: FaultServer; readonly log: Recorded }> {
  const target = await server({ answer });
  const started = await startGateway({ target: target.port });
  const client = await caller({ ...options, port: started.port });
  await client.request();
  return { ...started, target, client, log: await started.recording.connection() };
}
