import { useEffect, useMemo, useState } from 'preact/hooks';
import type { CheckedMend, MendedFile } from '../../api.ts';
import { CopyButton } from '../parts/CopyButton.tsx';
import { Failure } from '../parts/Failure.tsx';
import { Loading } from '../parts/Loading.tsx';
import { cutText, Safe } from '../parts/Safe.tsx';
import { type DiffRow, diffRows } from './diff-lines.ts';
import { hasLost } from './given.ts';
import { drawn } from './remarks.ts';
import { mending } from './store.ts';
import './mend.css';

/** Lines of a diff that are drawn; the copy has all. */
const MOST_LINES = 1000;
const MARKS: Readonly<Record<DiffRow['kind'], string>> = { hunk: '', kept: ' ', added: '+', removed: '−' };

/** The mends that a machine may make, as a diff to be read, copied or taken along as whole files. */
export function Mend() {
  const { value: state } = mending;
  if (state.kind === 'none') return null;
  return (
    <section class="card mend" aria-labelledby="mend-title">
      <h2 id="mend-title">The mend</h2>
      {state.kind === 'asking' && <Loading what="the mend" />}
      {state.kind === 'failed' && <Failure says={state.says} />}
      {state.kind === 'made' && <Made mend={state.mend} />}
    </section>
  );
}

function Made({ mend: { files, made, dropped, counts } }: { mend: CheckedMend }) {
  const rules = [...new Set(made.map(({ rule }) => rule))].join(', ');
  return (
    <>
      <p>
        {files.length === 0
          ? 'None of the findings is mended by a machine; what to choose stands with each.'
          : `Mends ${rules}. ${remaining(counts)} Read it before you use it.`}
      </p>
      {dropped.length > 0 && (
        <ul>
          {dropped.map(({ rule, summary, because }) => (
            <li key={`${rule} ${summary}`} class="muted">
              left out: {rule}, <Safe text={summary} /> (<Safe text={because} />)
            </li>
          ))}
        </ul>
      )}
      {files.map((file) => (
        <Changed key={file.name} file={file} />
      ))}
    </>
  );
}

function remaining({ error, warning, note }: CheckedMend['counts']): string {
  const counts = [counted(error, 'error'), counted(warning, 'warning'), counted(note, 'note')].filter(
    (each) => each !== '',
  );
  return counts.length === 0
    ? 'Checked again, nothing remains.'
    : `Checked again, what remains is yours to decide: ${counts.join(', ')}.`;
}

const counted = (count: number, word: string): string =>
  count === 0 ? '' : `${count} ${word}${count === 1 ? '' : 's'}`;

function Changed({ file: { name, diff, text } }: { file: MendedFile }) {
  const rows = useMemo(() => diffRows(diff), [diff]);
  const shown = rows.slice(0, MOST_LINES);
  const isBroken = hasLost(text);
  return (
    <div class="changed">
      <div class="bar">
        <h3 class="mono">
          <Safe text={name} max={200} />
        </h3>
        <div class="tools">
          <CopyButton text={diff} label="copy the diff" what={`of ${cutText(name, 200)}`} />
          {!isBroken && <Download name={name} text={text} />}
        </div>
      </div>
      {isBroken && (
        <p>
          Some bytes of this file are no UTF-8 and cannot be given back from here: <code>hangup check --fix</code>, run
          on the server, keeps them.
        </p>
      )}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard */}
      <table class="diff mono" tabIndex={0} aria-label={`changes of ${cutText(name, 200)}`}>
        <tbody>
          {shown.map((row, place) => (
            <Row key={place} row={row} />
          ))}
        </tbody>
      </table>
      {shown.length < rows.length && <p class="muted">{rows.length - shown.length} more lines: copy the diff.</p>}
    </div>
  );
}

function Row({ row }: { row: DiffRow }) {
  if (row.kind === 'hunk') {
    return (
      <tr data-kind="hunk">
        <td colSpan={3}>{row.text}</td>
      </tr>
    );
  }
  const { kind, line, text } = row;
  return (
    <tr data-kind={kind}>
      <td class="num">{line}</td>
      <td>
        <span aria-hidden="true">{MARKS[kind]}</span>
        {kind !== 'kept' && <span class="hidden">{kind}</span>}
      </td>
      <td>{drawn(text)}</td>
    </tr>
  );
}

function Download({ name, text }: { name: string; text: string }) {
  const [url, setUrl] = useState<string | null>(null);
  useEffect(() => {
    const made = URL.createObjectURL(new Blob([text], { type: 'text/plain;charset=utf-8' }));
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [text]);
  const own = name.slice(name.lastIndexOf('/') + 1);
  if (url === null) return null;
  return (
    <a class="button" href={url} download={own}>
      download {cutText(own, 60)}, mended
    </a>
  );
}
