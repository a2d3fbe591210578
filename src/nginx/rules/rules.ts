import type { Rule } from './rule.ts';
import { upgradeNotForwarded } from './ws001-upgrade-not-forwarded.ts';
import { connectionNotUpgrade } from './ws002-connection-not-upgrade.ts';
import { httpVersion } from './ws003-http-version.ts';
import { mapMissing } from './ws004-map-missing.ts';
import { mapWithoutEmpty } from './ws005-map-without-empty.ts';
import { mapClosesKeepalive } from './ws006-map-closes-keepalive.ts';
import { inheritedHeadersDropped } from './ws007-inherited-headers-dropped.ts';
import { readTimeout } from './ws008-read-timeout.ts';
import { errorLogLevel } from './ws009-error-log-level.ts';
import { accessLogFields } from './ws010-access-log-fields.ts';
import { reloadOfWorkers } from './ws011-reload.ts';
import { proxyPassUri } from './ws012-proxy-pass-uri.ts';
import { shadowedLocation } from './ws013-shadowed-location.ts';
import { trailingSlash } from './ws014-trailing-slash.ts';
import { legacyPath } from './ws015-legacy-path.ts';
import { pluginSockets } from './ws016-plugin-sockets.ts';
import { hostHeader } from './ws017-host.ts';
import { forwardedProto } from './ws018-forwarded-proto.ts';
import { ifOnThePath } from './ws019-if-on-the-path.ts';
import { defaultServer } from './ws020-default-server.ts';
import { http2 } from './ws021-http2.ts';
import { quicOnly } from './ws022-quic-only.ts';
import { connectionHeaders } from './ws023-connection-headers.ts';
import { fewWorkerConnections } from './ws024-worker-connections.ts';
import { fewOpenFiles } from './ws025-open-files.ts';
import { clientKeepalive } from './ws026-client-keepalive.ts';
import { upstreamKeepalive } from './ws027-upstream-keepalive.ts';
import { nameResolution } from './ws028-name-resolution.ts';
import { upstreamServerName } from './ws029-upstream-sni.ts';
import { limits } from './ws030-limits.ts';
import { signIn } from './ws031-sign-in.ts';
import { redirectedSocket } from './ws032-redirect.ts';
import { errorPage } from './ws033-error-page.ts';
import { cacheOrFiles } from './ws034-cache-or-files.ts';
import { realIp } from './ws035-real-ip.ts';
import { headerBuffers } from './ws036-header-buffers.ts';
import { bodySize } from './ws037-body-size.ts';
import { noEffect } from './ws038-no-effect.ts';
import { ignoreClientAbort } from './ws039-ignore-client-abort.ts';
import { socketKeepalive } from './ws040-socket-keepalive.ts';
import { sendTimeout } from './ws041-send-timeout.ts';
import { responseHeader } from './ws042-response-header.ts';
import { severalHops } from './ws043-several-hops.ts';
import { localhost } from './ws044-localhost.ts';
import { answerHeadersHidden } from './ws045-answer-headers-hidden.ts';
import { refusedByNginx } from './ws046-refused-by-nginx.ts';

/** Every rule, in the order of their ids. */
export const RULES: readonly Rule[] = [
  upgradeNotForwarded,
  connectionNotUpgrade,
  httpVersion,
  mapMissing,
  mapWithoutEmpty,
  mapClosesKeepalive,
  inheritedHeadersDropped,
  readTimeout,
  errorLogLevel,
  accessLogFields,
  reloadOfWorkers,
  proxyPassUri,
  shadowedLocation,
  trailingSlash,
  legacyPath,
  pluginSockets,
  hostHeader,
  forwardedProto,
  ifOnThePath,
  defaultServer,
  http2,
  quicOnly,
  connectionHeaders,
  fewWorkerConnections,
  fewOpenFiles,
  clientKeepalive,
  upstreamKeepalive,
  nameResolution,
  upstreamServerName,
  limits,
  signIn,
  redirectedSocket,
  errorPage,
  cacheOrFiles,
  realIp,
  headerBuffers,
  bodySize,
  noEffect,
  ignoreClientAbort,
  socketKeepalive,
  sendTimeout,
  responseHeader,
  severalHops,
  localhost,
  answerHeadersHidden,
  refusedByNginx,
];
