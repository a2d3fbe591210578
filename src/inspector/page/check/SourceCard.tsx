import type { CheckAnswer } from '../../api.ts';
import { cutText } from '../parts/Safe.tsx';
import { Source } from './Source.tsx';
import { items, shownFile } from './store.ts';

/** The source with what was found in it; of several files one at a time. */
export function SourceCard({ answer: { files, notes } }: { answer: CheckAnswer }) {
  const file = files.find(({ name }) => name === shownFile.value) ?? files[0];
  if (file === undefined) return null;
  return (
    <section class="card source-card" aria-labelledby="source-title">
      <div class="bar">
        <h2 id="source-title">The source</h2>
        {files.length > 1 && (
          <select
            class="select mono"
            aria-label="file"
            value={file.name}
            onChange={({ currentTarget: { value } }) => {
              shownFile.value = value;
            }}
          >
            {files.map(({ name }) => (
              <option key={name} value={name}>
                {cutText(name, 80)}
                {foundIn(name)}
              </option>
            ))}
          </select>
        )}
        {files.length === 1 && <span class="mono muted">{cutText(file.name, 120)}</span>}
      </div>
      <Source key={file.name} file={file} notes={notes} />
    </section>
  );
}

function foundIn(name: string): string {
  const count = items.value.filter(({ file }) => file === name).length;
  return count === 0 ? '' : ` (${count})`;
}
