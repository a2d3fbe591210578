import type { Signal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { grouped } from '../../../words/times.ts';
import { cutText, Safe } from '../parts/Safe.tsx';
import { readChosen } from './dropped.ts';
import { readExample } from './example.ts';
import { isDump, LARGEST_BYTES, lineCount, MOST_EDITED } from './given.ts';
import { answer, asking, check, clear, files, host, leftOut, request, stale, tooLarge, version } from './store.ts';
import { remove, rename, take, write } from './take.ts';

/** Names of files that are told; of a folder with many pictures the first will do. */
const MOST_NAMES = 5;

/** What is to be checked: a field to paste into, the files that were dropped, and what else is known. */
export function Given() {
  const box = useRef<HTMLDetailsElement>(null);
  const { value: given } = answer;
  // What was found matters more than what was pasted, which is shown with it.
  useEffect(() => {
    const { current: details } = box;
    if (details === null) return;
    // What has the keyboard must not be folded away with it.
    if (given !== null && details.contains(document.activeElement)) details.querySelector('summary')?.focus();
    details.open = given === null;
  }, [given]);
  return (
    <details class="card given" ref={box} open>
      <summary>
        <h2>{given === null ? 'The configuration' : about()}</h2>
        {stale.value && <span class="badge">changed since</span>}
      </summary>
      <p class="muted">
        Paste <code>nginx.conf</code>, a site of <code>conf.d</code> or all of <code>nginx -T</code>; or drop files, or
        the folder, anywhere on this page. Keys and certificates are left out. It is read by this hangup and then
        forgotten: nothing is stored, neither on the server nor in this browser.
      </p>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void check();
        }}
      >
        <Field />
        <Others />
        <div class="given-asks">
          <Asked label="nginx’s version" value={version} placeholder="not known" longest={20} />
          <Asked label="only for this host" value={host} placeholder="every server" longest={255} />
          <Asked
            label="a request to follow"
            value={request}
            placeholder="GET wss://chat.example.com/api/v4/websocket"
            longest={2000}
          />
        </div>
        <div class="tools">
          <button type="submit" class="button primary" disabled={files.value.length === 0}>
            {asking.value ? 'checking…' : 'check'}
          </button>
          <ChooseFiles />
          {files.value.length === 0 ? (
            <button type="button" class="button" onClick={() => void take(readExample())}>
              try an example
            </button>
          ) : (
            <button type="button" class="button" onClick={clear}>
              start over
            </button>
          )}
        </div>
      </form>
      <LeftOut />
    </details>
  );
}

function Asked({
  label,
  value,
  placeholder,
  longest,
}: {
  label: string;
  value: Signal<string>;
  placeholder: string;
  longest: number;
}) {
  return (
    <label>
      {label}
      <input
        type="text"
        class="search"
        value={value.value}
        placeholder={placeholder}
        autocomplete="off"
        spellcheck={false}
        maxLength={longest}
        onInput={({ currentTarget }) => {
          value.value = currentTarget.value;
        }}
      />
    </label>
  );
}

function about(): string {
  const [main, ...others] = files.value;
  if (main === undefined) return 'The configuration';
  const more = others.length === 0 ? '' : ` and ${others.length} more file${others.length === 1 ? '' : 's'}`;
  const lines = files.value.reduce((sum, { text }) => sum + lineCount(text), 0);
  return `${isDump(main) ? 'a dump of nginx -T' : cutText(main.name, 80)}${more}, ${grouped(lines)} lines`;
}

function Field() {
  const [main] = files.value;
  if (main !== undefined && main.text.length > MOST_EDITED) {
    return (
      <p>
        <Safe class="mono" text={main.name} max={200} />: {grouped(lineCount(main.text))} lines, too many to be edited
        here.
      </p>
    );
  }
  return (
    <>
      <label for="check-text">{main === undefined ? 'the text' : <Safe text={main.name} max={200} />}</label>
      <textarea
        id="check-text"
        class="mono"
        value={main?.text ?? ''}
        rows={12}
        // So that no browser keeps it for a restored session.
        autocomplete="off"
        spellcheck={false}
        wrap="off"
        onInput={({ currentTarget: { value } }) => write(value)}
        onPaste={pasted}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) void check();
        }}
      />
    </>
  );
}

function pasted(event: ClipboardEvent): void {
  const text = event.clipboardData?.getData('text/plain') ?? '';
  if (text.length > MOST_EDITED) {
    // It takes the place of all that stands there, and never gets into the field.
    event.preventDefault();
    write(text);
  }
  // Else it is in the field once this event has passed.
  setTimeout(() => void check());
}

/** The files beside the main one; each with the path that it has on the server, which may be typed. */
function Others() {
  const others = files.value.slice(1);
  if (others.length === 0) return null;
  const unread = new Set(answer.value?.unread);
  return (
    <ul class="given-files">
      {others.map(({ name, text }) => (
        <li key={name}>
          <input
            type="text"
            class="search mono"
            aria-label={`path of ${cutText(name, 200)}`}
            defaultValue={name}
            autocomplete="off"
            spellcheck={false}
            onChange={({ currentTarget: { value } }) => rename(name, value)}
          />
          <span class="muted num">{grouped(lineCount(text))} lines</span>
          {unread.has(name) && <span class="badge">included by nothing: type its whole path</span>}
          <button type="button" class="button" onClick={() => remove(name)}>
            remove<span class="hidden"> {cutText(name, 200)}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}

function ChooseFiles() {
  const field = useRef<HTMLInputElement>(null);
  return (
    <>
      <button type="button" class="button" onClick={() => field.current?.click()}>
        add files…
      </button>
      <input
        ref={field}
        type="file"
        multiple
        hidden
        aria-label="files to add"
        onChange={async ({ currentTarget }) => {
          if (currentTarget.files !== null) await take(readChosen(currentTarget.files));
          // The same files can be chosen again.
          currentTarget.value = '';
        }}
      />
    </>
  );
}

function LeftOut() {
  return (
    <>
      {leftOut.value.length > 0 && (
        <p class="muted" role="status">
          Left out, for they are no configuration: {told(leftOut.value)}.
        </p>
      )}
      {tooLarge.value.length > 0 && (
        <p role="status">
          Not read, for this page takes {LARGEST_BYTES / 1024 / 1024} MiB at most: {told(tooLarge.value)}. On the
          command line, <code>hangup check</code> takes more.
        </p>
      )}
    </>
  );
}

function told(names: readonly string[]): string {
  const shown = names.slice(0, MOST_NAMES).map((name) => cutText(name, 100));
  return shown.join(', ') + (names.length > shown.length ? ` and ${names.length - shown.length} more` : '');
}
