import { lookup } from 'node:dns/promises';
import { existsSync, readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import type { Logger } from 'pino';
import type { Journal } from '../../evidence/journal.ts';
import { ListenError } from '../../gateway/gateway.ts';
import { ArchiveThread } from '../../inspector/archive/thread.ts';
import type { ListeningTap } from '../../inspector/desk.ts';
import { Inspector } from '../../inspector/inspector.ts';
import type { PageServer } from '../../inspector/server.ts';
import { newToken } from '../../inspector/sign-in/token.ts';
import { formatAddress } from '../../settings/address.ts';
import type { PageSettings, ServeSettings, TapSettings } from '../../settings/serve-settings.ts';
import { formatTarget } from '../../settings/target.ts';
import { serverContext } from './tap-options.ts';
import { messageOf, UnusableSetting } from './unusable-setting.ts';

/** A resolver that is down must not keep hangup from starting; the gateway looks again at each dial. In ms. */
const LOOKUP_MS = 2000;
/** A shorter token may be guessed; what hangup makes has 43 characters. */
const SHORTEST_TOKEN = 16;

/** The inspector as `serve` has it: made before the gateway, so that it hears of every connection, and open before it, too. */
export class ServedPage {
  readonly inspector: Inspector;
  readonly #settings: ServeSettings;
  readonly #page: PageSettings;
  readonly #token: string;
  #server: PageServer | null = null;
  #archive: ArchiveThread | null = null;

  constructor(settings: ServeSettings, page: PageSettings, journal: Journal, version: string, logger: Logger) {
    this.#settings = settings;
    this.#page = page;
    this.#token = settings.token ?? newToken();
    this.inspector = new Inspector({
      token: this.#token,
      hosts: page.hosts,
      taps: settings.taps.map(({ name }) => name),
      keepaliveMs: settings.keepaliveMs,
      journal,
      version,
      logger,
    });
  }

  /**
   * @param open how many WebSockets are open
   * @throws ListenError, UnusableSetting
   */
  async listen(journal: Journal, open: () => number): Promise<void> {
    const { listen, tls } = this.#page;
    // For the sentence: the listener itself would fail without naming the files.
    if (tls !== null) serverContext('page', tls);
    const texts = tls === null ? null : { cert: readFileSync(tls.cert, 'utf8'), key: readFileSync(tls.key, 'utf8') };
    const health = () => ({ recording: journal.status.recording, why: journal.status.why, open: open() });
    this.#archive = new ArchiveThread(this.#settings.dataDir);
    try {
      this.#server = await this.inspector.listen({ ...listen, tls: texts }, this.#archive, health);
    } catch (error) {
      const cause = error instanceof Error ? error : new Error(messageOf(error));
      throw new ListenError('page', formatAddress(listen), cause);
    }
    await refuseTapsTo(this.#server, this.#settings.taps);
  }

  /** The part of the ready line: `page=http://127.0.0.1:8067`. */
  get ready(): string {
    const { address, secure } = this.#listening();
    return `page=${secure ? 'https' : 'http'}://${formatAddress({ host: address.address, port: address.port })}`;
  }

  /** Says, once, where the page is and how to sign in, and what the operator should know of that. */
  sayHowToSignIn(log: Logger): void {
    const url = urlOf(this.#listening(), this.#page.hosts);
    if (this.#settings.token !== null) {
      log.info(`the page: ${url}/   (sign in with the token that HANGUP_TOKEN holds)`);
    } else if (log.level !== 'silent') {
      // Whatever the level: nobody could look without this link.
      log
        .child({}, { level: 'info' })
        .info(`the page: ${url}/?token=${this.#token}   (the link signs in; keep it to yourself)`);
    }
    for (const warning of warningsOf(this.#listening(), this.#settings.token)) log.warn(warning);
  }

  /** Whether a connection to this IP address and port would reach the page: no tap may make one. */
  readonly isOwnPage = (address: string, port: number): boolean => this.#server?.isOwnPage(address, port) ?? false;

  /** The gateway listens. */
  started(taps: readonly ListeningTap[]): void {
    this.inspector.started(taps);
  }

  async close(): Promise<void> {
    await this.inspector.close();
    await this.#archive?.close();
  }

  #listening(): PageServer {
    if (this.#server === null) throw new Error('the page does not listen');
    return this.#server;
  }
}

/**
 * No tap may lead to the page: it would show the page to whoever the tap faces.
 * @throws UnusableSetting
 */
async function refuseTapsTo(page: PageServer, taps: readonly TapSettings[]): Promise<void> {
  for (const { name, target } of taps) {
    if (target.port !== page.address.port) continue;
    const addresses = isIP(target.host) === 0 ? await addressesOf(target.host) : [target.host];
    if (addresses.some((address) => page.isOwnPage(address, target.port))) {
      const says = `${formatTarget(target)} is hangup's own page, and no tap may lead there`;
      throw new UnusableSetting(`tap ${name}: target: ${says}`);
    }
  }
}

async function addressesOf(host: string): Promise<string[]> {
  const timeout = Promise.withResolvers<never[]>();
  const timer = setTimeout(() => timeout.resolve([]), LOOKUP_MS);
  // A name that is not known yet may be known later: a container's, say.
  const found = await Promise.race([lookup(host, { all: true }).catch(() => []), timeout.promise]);
  clearTimeout(timer);
  return found.map(({ address }) => address);
}

/** As a browser on this machine reaches it. */
function urlOf({ address, secure }: PageServer, hosts: readonly string[]): string {
  // A certificate is more likely made for the name.
  const host = (secure ? hosts[0] : undefined) ?? (isEvery(address.address) ? '127.0.0.1' : address.address);
  return `${secure ? 'https' : 'http'}://${formatAddress({ host, port: address.port })}`;
}

function warningsOf({ address, secure }: PageServer, token: string | null): string[] {
  const warnings: string[] = [];
  if (!secure && !isLoopback(address.address)) {
    const where = formatAddress({ host: address.address, port: address.port });
    const remedy = existsSync('/.dockerenv')
      ? 'publish it on the loopback of the host alone (-p 127.0.0.1:8067:8067)'
      : 'give it a certificate (--page ADDRESS,cert=FILE,key=FILE), or let it listen on 127.0.0.1 and reach it through ssh -L';
    warnings.push(
      `the page listens on ${where} without TLS: whoever can read that network can read the token, and with it who talks to whom; ${remedy}`,
    );
  }
  if (token !== null && token.length < SHORTEST_TOKEN) {
    warnings.push(
      `HANGUP_TOKEN has fewer than ${SHORTEST_TOKEN} characters and may be guessed; \`openssl rand -hex 32\` makes a good one`,
    );
  }
  return warnings;
}

const isEvery = (address: string): boolean => address === '::' || address === '0.0.0.0';

const isLoopback = (address: string): boolean => address === '::1' || /^(::ffff:)?127\./.test(address);
