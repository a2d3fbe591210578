import type { CheckAnswer } from '../../api.ts';
import { Guard } from '../parts/Guard.tsx';
import { Safe } from '../parts/Safe.tsx';
import { Findings } from './Findings.tsx';
import { type Severity, SIGNS } from './items.ts';
import { Mend } from './Mend.tsx';
import { Path } from './Path.tsx';
import { PlaceLink } from './PlaceLink.tsx';
import { SourceCard } from './SourceCard.tsx';
import { items } from './store.ts';

/** All that was said of a configuration. */
export function Answer({ answer }: { answer: CheckAnswer }) {
  const { says, counts, version, path } = answer;
  const worst = severityOf(counts);
  return (
    <>
      <section class="card check-says" data-severity={worst} aria-labelledby="check-says">
        <h2 id="check-says" class="sentence">
          <Safe text={says} />
        </h2>
        <p class="muted">
          {version === null
            ? 'nginx’s version is not known: what depends on it is said with the version from which it holds.'
            : `Checked for nginx ${version}.`}
        </p>
        <Fine answer={answer} />
      </section>
      <div class="check-panes" data-findings={items.value.length > 0}>
        {items.value.length > 0 && <Findings left={answer.left} />}
        <SourceCard answer={answer} />
      </div>
      <Mend />
      {path !== null && (
        <Guard what="the way of the request">
          <Path path={path} isPartial={answer.missing.length > 0} />
        </Guard>
      )}
      <ToKnow answer={answer} />
    </>
  );
}

function severityOf({ error, warning, note }: CheckAnswer['counts']): Severity | 'fine' {
  if (error > 0) return 'error';
  if (warning > 0) return 'warning';
  return note > 0 ? 'note' : 'fine';
}

function Fine({ answer: { fine, missing } }: { answer: CheckAnswer }) {
  if (fine.length === 0) return null;
  return (
    <p>
      <span class="fine">✔ fine{missing.length > 0 && ', as far as can be told'}:</span>{' '}
      <Safe text={fine.join('; ')} title={false} />.
    </p>
  );
}

/** What is no fault: placeholders, servers that were passed over, files that nobody gave. */
function ToKnow({ answer: { notes, unexamined, missing } }: { answer: CheckAnswer }) {
  if (notes.length + unexamined.length === 0) return null;
  return (
    <section class="card to-know" aria-labelledby="to-know">
      <h2 id="to-know">Good to know</h2>
      <ul>
        {notes.map((note) => (
          <li key={`${note.file}:${note.line}:${note.column} ${note.says}`}>
            <span aria-hidden="true">{SIGNS.note}</span> <Safe text={note.says} /> <PlaceLink at={note} />
          </li>
        ))}
        {unexamined.map((says) => (
          <li key={says}>
            <span aria-hidden="true">{SIGNS.note}</span> not looked at: <Safe text={says} />
          </li>
        ))}
      </ul>
      {missing.length > 0 && (
        <p>
          Drop the {missing.length === 1 ? 'file' : 'files'} that {missing.length === 1 ? 'was' : 'were'} not given
          anywhere on this page: what stands there may change what is found.
        </p>
      )}
    </section>
  );
}
