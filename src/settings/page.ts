import { resolve } from 'node:path';
import { type Parsed, parsed, refused } from '../words/parsed.ts';
import { type Address, formatAddress, parseAddress } from './address.ts';

/** The inspector's listener. */
export interface PageListener {
  readonly listen: Address;
  /** Paths of PEM files; null for plain HTTP. */
  readonly tls: { readonly cert: string; readonly key: string } | null;
}

const FILE_KEYS = ['cert', 'key'] as const;
type FileKey = (typeof FILE_KEYS)[number];

/** A name as it stands in a Host header, without its port. */
const HOST_NAME = /^[a-z0-9]([a-z0-9._-]*[a-z0-9])?$/;

/** Reads `127.0.0.1:8067` and `:8067,cert=page.pem,key=page.key`. */
export function parsePage(text: string): Parsed<PageListener> {
  const [address = '', ...pairs] = text.split(',');
  const listen = parseAddress(address);
  if (!listen.ok) return listen;
  const files = new Map<FileKey, string>();
  for (const pair of pairs) {
    const { key, value } = filePair(pair);
    if (key === null || value === '') return refused(`"${pair}" is neither cert=FILE nor key=FILE`);
    if (files.has(key)) return refused(`${key}= is given twice`);
    files.set(key, value);
  }
  const cert = files.get('cert');
  const key = files.get('key');
  if (cert === undefined && key === undefined) return parsed({ listen: listen.value, tls: null });
  if (cert === undefined) return refused('key= needs cert= beside it');
  if (key === undefined) return refused('cert= needs key= beside it');
  return parsed({ listen: listen.value, tls: { cert, key } });
}

/** The text of a page setting with its paths made absolute. @param base what they are relative to */
export function pageFromBase(text: string, base: string): string {
  const [address = '', ...pairs] = text.split(',');
  const absolute = pairs.map((pair) => {
    const { key, value } = filePair(pair);
    return key === null || value === '' ? pair : `${key}=${resolve(base, value)}`;
  });
  return [address, ...absolute].join(',');
}

/** Writes a listener as {@link parsePage} reads it. */
export function formatPage({ listen, tls }: PageListener): string {
  const address = formatAddress(listen);
  return tls === null ? address : `${address},cert=${tls.cert},key=${tls.key}`;
}

/** Reads `chat.example.com,hangup.internal`. @returns lower-case names */
export function parseHosts(text: string): Parsed<readonly string[]> {
  const names = text.split(',').map((name) => name.trim().toLowerCase());
  const wrong = names.find((name) => !HOST_NAME.test(name));
  if (wrong === undefined) return parsed([...new Set(names)]);
  return refused(`"${wrong}" is not a host name; write it without scheme and port, several with commas between`);
}

function filePair(pair: string): { readonly key: FileKey | null; readonly value: string } {
  const equals = pair.indexOf('=');
  const name = pair.slice(0, equals).trim();
  return { key: FILE_KEYS.find((known) => known === name) ?? null, value: pair.slice(equals + 1).trim() };
}
