import { useEffect, useState } from 'preact/hooks';

/** How long the button says what came of it, in ms. */
const SAYS_SO_MS = 2000;

/** @param text what goes to the clipboard @param label the button's word @param what what is copied, for those who hear the page */
export function CopyButton({ text, label = 'copy', what = '' }: { text: string; label?: string; what?: string }) {
  const [said, say] = useState<string | null>(null);
  useEffect(() => {
    if (said === null) return undefined;
    const timer = setTimeout(() => say(null), SAYS_SO_MS);
    return () => clearTimeout(timer);
  }, [said]);
  const copy = async () => say((await toClipboard(text)) ? 'copied' : 'not allowed');
  return (
    <button type="button" class="button" onClick={copy}>
      <span aria-live="polite">{said ?? label}</span>
      {what !== '' && <span class="hidden"> {what}</span>}
    </button>
  );
}

/** The clipboard needs a secure context, which plain HTTP on an address other than loopback is not: then by selection. */
async function toClipboard(text: string): Promise<boolean> {
  const written = await navigator.clipboard?.writeText(text).then(
    () => true,
    () => false,
  );
  return written ?? bySelection(text);
}

function bySelection(text: string): boolean {
  const field = document.createElement('textarea');
  field.value = text;
  field.className = 'hidden';
  document.body.append(field);
  field.select();
  const copied = document.execCommand('copy');
  field.remove();
  return copied;
}
