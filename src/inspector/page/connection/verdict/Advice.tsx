import { harmless } from '../../../../words/harmless.ts';
import { CopyButton } from '../../parts/CopyButton.tsx';
import { type Inline, inlineParts, remedyParts } from './remedy-parts.ts';

/** What to change: lines of configuration as they are to be pasted, the rest as sentences. */
export function Advice({ remedy }: { remedy: string }) {
  return (
    <>
      {remedyParts(remedy).map((part) =>
        part.kind === 'config' ? (
          <div class="config" key={part.text}>
            <pre>
              <code>{part.text.split('\n').map(harmless).join('\n')}</code>
            </pre>
            <CopyButton text={part.text} what="these lines" />
          </div>
        ) : (
          <p key={part.parts.map(({ text }) => text).join('')}>
            <Parts parts={part.parts} />
          </p>
        ),
      )}
    </>
  );
}

/** A sentence with code in it, nothing of which is to be pasted. */
export const Sentence = ({ text }: { text: string }) => (
  <Parts parts={inlineParts(text).map((part) => (part.kind === 'code' ? { ...part, copy: false } : part))} />
);

function Parts({ parts }: { parts: readonly Inline[] }) {
  return (
    <bdi>
      {parts.map((part) => {
        const text = harmless(part.text);
        if (part.kind === 'words') return text;
        if (!part.copy) return <code>{text}</code>;
        return (
          <span class="copied-code">
            <code>{text}</code>
            <CopyButton text={part.text} what={text} />
          </span>
        );
      })}
    </bdi>
  );
}
