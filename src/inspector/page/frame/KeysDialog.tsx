import { useEffect, useRef } from 'preact/hooks';
import { allowSingleKeys, onKey, singleKeys } from '../parts/shortcuts.ts';

const KEYS: readonly (readonly [keys: readonly string[], what: string])[] = [
  [['/'], 'search'],
  [['Esc'], 'clear the search; close a menu or this'],
  [['↑', '↓'], 'one line up or down in a list'],
  [['PgUp', 'PgDn'], 'a page up or down in it'],
  [['Home', 'End'], 'its first line, the last one loaded'],
  [['Enter'], 'open the connection of that line'],
  [['→', '←'], 'show, hide the connections of a mass close'],
  [['n', 'p'], 'next, previous finding of the nginx check'],
  [['?'], 'show this'],
];

/** The keys, shown by `?`. */
export function KeysDialog() {
  const dialog = useRef<HTMLDialogElement>(null);
  const show = () => dialog.current?.showModal();
  useEffect(() => onKey('?', show), []);
  return (
    <>
      <footer class="foot">
        <button type="button" class="button" onClick={show}>
          keys <kbd>?</kbd>
        </button>
      </footer>
      <dialog ref={dialog} class="keys" aria-labelledby="keys-title">
        <h2 id="keys-title">Keys</h2>
        <dl>
          {KEYS.map(([keys, what]) => (
            <div key={what}>
              <dt>
                {keys.map((key) => (
                  <kbd key={key}>{key}</kbd>
                ))}
              </dt>
              <dd>{what}</dd>
            </div>
          ))}
        </dl>
        <label class="tick">
          <input
            type="checkbox"
            checked={singleKeys.value}
            onChange={({ currentTarget: { checked } }) => allowSingleKeys(checked)}
          />
          <span>single keys (/, n, p and ?) are on</span>
        </label>
        <form method="dialog">
          <button type="submit" class="button">
            close
          </button>
        </form>
      </dialog>
    </>
  );
}
