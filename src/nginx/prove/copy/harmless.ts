import type { Configuration, Directive, Position } from '../../parse/tree.ts';
import { bare, Definitions } from './definitions.ts';
import { CopyText } from './lines.ts';
import { type Listener, listeners } from './listens.ts';
import { httpHead, httpTail, mainHead } from './own-lines.ts';
import type { Change, Place, PrivateCopy, Refusal, Scope } from './place.ts';
import { type Copying, type Rewritten, rewriting } from './rewrites.ts';
import { scopeLog, scopesOf } from './scopes.ts';
import { Targets } from './targets.ts';
import { moduleOf, treatmentOf } from './treatments.ts';
import { VariableSources } from './variable-sources.ts';
import { quoted } from './words.ts';

/**
 * Makes a configuration harmless: one file in which every address is a loopback port, every path is in the private
 * folder, every upstream is hangup's own backend, and nothing stands that is not on the list of what is allowed.
 *
 * @returns the copy; where `refusals` is not empty it must not be run
 */
export function harmless(configuration: Configuration, place: Place): PrivateCopy {
  return new Copier(configuration, place).copy();
}

const SERVER_PORT = /\$(?:server_port\b|\{server_port\})/g;
/** Where nothing says otherwise the copy's ports would be seen in redirects and Host headers. */
const OWN_SERVER_PORT = '$hangup_server_port';

class Copier implements Copying {
  readonly configuration: Configuration;
  readonly place: Place;
  readonly definitions: Definitions;
  readonly targets: Targets;
  readonly #text = new CopyText();
  readonly #changes: Change[] = [];
  readonly #refusals: Refusal[] = [];
  readonly #listeners: readonly Listener[];
  readonly #scopes: readonly Scope[];
  readonly #scopeOf: ReadonlyMap<Directive, Scope>;
  #certificates = new Set<Directive | null>();

  constructor(configuration: Configuration, place: Place) {
    this.configuration = configuration;
    this.place = place;
    this.definitions = new Definitions(configuration);
    this.targets = new Targets(this.definitions, new VariableSources(configuration));
    this.#listeners = listeners(configuration);
    this.#scopes = scopesOf(configuration);
    this.#scopeOf = new Map(this.#scopes.map((scope) => [scope.directive, scope]));
  }

  copy(): PrivateCopy {
    const { directives, context } = this.configuration;
    for (const line of mainHead(this.place, directives)) this.#text.add(line);
    if (context === 'http') {
      this.#text.add('events { worker_connections 4096; }');
      this.#text.block('http', null, () => this.#http(directives));
    } else {
      this.#children(directives);
      // Behind all else: nginx takes no load_module after it.
      if (!directives.some(({ name }) => name === 'events')) this.#text.add('events { worker_connections 4096; }');
    }
    return {
      text: this.#text.text,
      lines: this.#text.from,
      changes: this.#changes,
      refusals: this.#refusals,
      scopes: this.#scopes,
      markers: this.targets.markers,
    };
  }

  path(name: string): string {
    return `${this.place.folder}/${name}`;
  }

  firstCertificate(of: Directive | null): boolean {
    const first = !this.#certificates.has(of);
    this.#certificates.add(of);
    return first;
  }

  note(kind: Change['kind'], directive: Directive, says: string): void {
    this.#changes.push({ kind, directive: directive.name, at: placeOf(directive), says });
  }

  #children(directives: readonly Directive[]): void {
    for (const directive of directives) this.#directive(directive);
  }

  #directive(directive: Directive): void {
    const rewritten = rewriting(directive, this);
    if (rewritten !== null) {
      this.#write(directive, rewritten);
      return;
    }
    const treatment = treatmentOf(directive.name);
    if (treatment === null) this.#refuse(directive, `hangup does not know the directive "${directive.name}"`);
    else if (treatment.do === 'refuse') this.#refuse(directive, `${directive.name}: ${treatment.says}`);
    else if (treatment.do === 'leave-out') this.note('left-out', directive, treatment.says);
    else if (treatment.do === 'data') this.#data(directive);
    else this.#keep(directive);
  }

  #keep(directive: Directive): void {
    const file = moduleOf(directive.name);
    if (file !== null && !this.place.nginx.modules.has(file)) {
      this.note('missing', directive, `needs ${file}, which this nginx has not`);
      return;
    }
    const head = this.line(directive);
    const { block } = directive;
    if (block === null) this.#text.add(`${head};`, placeOf(directive));
    else if (block.opaque) this.#refuse(directive, `what stands in "${directive.name}" was not read`);
    else this.#text.block(head, placeOf(directive), () => this.#inside(directive, block.children));
  }

  #inside(directive: Directive, children: readonly Directive[]): void {
    if (directive.name === 'http') {
      this.#http(children);
      return;
    }
    if (directive.name === 'events' && !children.some(({ name }) => name === 'worker_connections'))
      this.#text.add('worker_connections 4096;');
    const scope = this.#scopeOf.get(directive);
    if (scope !== undefined) this.#text.add(scopeLog(this.place.folder, scope));
    if (directive.name === 'server') this.#ownListens(directive);
    this.#allowOwnClient(children);
    this.#children(children);
  }

  /** The measuring client comes from loopback, and would otherwise be shut out of what others may enter. */
  #allowOwnClient(children: readonly Directive[]): void {
    const some = children.find(({ name, args }) => name === 'allow' || (name === 'deny' && args[0]?.text !== 'all'));
    if (some === undefined) return;
    this.#text.add('allow 127.0.0.0/8;');
    this.note('changed', some, "hangup's own client may enter as well");
  }

  #http(children: readonly Directive[]): void {
    const ports = this.#listeners.map(({ address, port }): [number, number | null] => [
      this.place.ports.get(address) ?? 0,
      port,
    ]);
    for (const line of httpHead(this.place, this.#scopes, new Map(ports), children)) this.#text.add(line);
    this.#allowOwnClient(children);
    this.#children(children);
    for (const line of httpTail(this.place, this.targets)) this.#text.add(line);
  }

  /** A server without a `listen` of its own, or with none but QUIC, would listen on nginx's default port. */
  #ownListens(server: Directive): void {
    const { ports } = this.place;
    const its = this.#listeners.filter(({ servers }) => servers.some(({ directive }) => directive === server));
    const written = server.block?.children.some(({ name }) => name === 'listen') === true;
    if (its.length > 0 && written) return;
    const port = ports.get(its[0]?.address ?? '');
    this.#text.add(`listen ${port === undefined ? `unix:${this.path('closed.sock')}` : `127.0.0.1:${port}`};`);
  }

  #data(directive: Directive): void {
    const variable = bare(directive.args.at(-1)?.text ?? '');
    const holdsUrls = this.definitions.holdsUrls(variable);
    this.#text.block(this.line(directive), placeOf(directive), () => {
      for (const line of directive.block?.children ?? []) {
        if (line.name === 'include') {
          this.include(line);
          continue;
        }
        const values = line.args
          .map(({ text }) => (holdsUrls ? this.targets.value(text, directive) : text))
          .map((text) => text.replace(SERVER_PORT, OWN_SERVER_PORT));
        this.#text.add(`${[quoted(line.name), ...values.map(quoted)].join(' ')};`, placeOf(line));
      }
    });
  }

  #write(directive: Directive, rewritten: Rewritten): void {
    for (const line of rewritten.lines) this.#text.add(`${line};`, placeOf(directive));
    if (rewritten.says !== null)
      this.note(rewritten.lines.length === 0 ? 'left-out' : 'changed', directive, rewritten.says);
    if (rewritten.refused !== null) this.#refuse(directive, rewritten.refused);
  }

  #refuse(directive: Directive, says: string): void {
    this.#refusals.push({ ...placeOf(directive), says });
  }

  /** What an `include` brought in stands behind it already; one that could not be read is unknown, so it is refused. */
  include(directive: Directive): void {
    if (directive.unread) this.#refuse(directive, `what ${this.line(directive)} brings in was not given`);
  }

  /** The directive's words as the copy has them. */
  line(directive: Directive): string {
    const words = directive.args.map(({ text }) => quoted(text.replace(SERVER_PORT, OWN_SERVER_PORT)));
    return [directive.name, ...words].join(' ');
  }
}

const placeOf = ({ nameWord: { span } }: Directive): Position => span.source.position(span.start);
