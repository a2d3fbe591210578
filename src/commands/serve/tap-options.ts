import { readFileSync } from 'node:fs';
import { createSecureContext, type SecureContext } from 'node:tls';
import type { TapOptions } from '../../gateway/tap.ts';
import type { TapSettings } from '../../settings/serve-settings.ts';
import { formatTarget } from '../../settings/target.ts';
import { messageOf, UnusableSetting } from './unusable-setting.ts';

/** What the gateway needs of a tap's settings. @throws UnusableSetting for a file that is no certificate or key */
export function tapOptions(tap: TapSettings): TapOptions {
  const { name, behind, before, idleMs } = tap;
  const text = formatTarget(tap.target);
  return {
    info: { name, behind, before, idleMs },
    listen: tap.listen,
    secure: tap.tls === null ? null : serverContext(`tap ${name}`, tap.tls),
    target: {
      host: tap.target.host,
      port: tap.target.port,
      text,
      tls: tap.target.secure
        ? {
            context: targetContext(name, tap.targetTls?.ca ?? null),
            servername: tap.targetTls?.servername ?? tap.target.host,
            insecure: tap.targetTls?.insecure ?? false,
          }
        : null,
    },
    appendForwarded: tap.appendForwarded,
  };
}

/** @param whose for the sentence of a refusal @throws UnusableSetting */
export function serverContext(whose: string, files: { readonly cert: string; readonly key: string }): SecureContext {
  try {
    return createSecureContext({ cert: readFileSync(files.cert), key: readFileSync(files.key) });
  } catch (error) {
    throw new UnusableSetting(
      `${whose}: ${files.cert} and ${files.key} are no usable PEM certificate and key: ${messageOf(error)}`,
    );
  }
}

function targetContext(tap: string, ca: string | null): SecureContext {
  try {
    return createSecureContext(ca === null ? {} : { ca: readFileSync(ca) });
  } catch (error) {
    throw new UnusableSetting(`tap ${tap}: ${ca} holds no usable PEM certificate: ${messageOf(error)}`);
  }
}
