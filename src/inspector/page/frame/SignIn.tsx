import { useEffect, useRef, useState } from 'preact/hooks';
import { signIn } from '../session.ts';

/** Asks for the token, and says where it is found. */
export function SignIn() {
  const [says, say] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  // Nothing else is on this page.
  useEffect(() => field.current?.focus(), []);
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const token = tokenIn(field.current?.value ?? '');
    if (token === '') return say('Type or paste the token first.');
    setBusy(true);
    say(await signIn(token));
    setBusy(false);
    field.current?.select();
  };
  return (
    <main class="sign-in">
      <h1>hangup</h1>
      <p>This page shows private traffic, so it asks for the token of this hangup.</p>
      <form onSubmit={submit} noValidate>
        <label for="token">Token</label>
        <input
          id="token"
          name="token"
          type="password"
          autocomplete="off"
          spellcheck={false}
          ref={field}
          aria-describedby="where said"
          aria-invalid={says !== null}
        />
        <button type="submit" class="button primary" disabled={busy}>
          sign in
        </button>
        <p id="said" class="said" role="alert">
          {says}
        </p>
      </form>
      <div id="where">
        <p>hangup prints a link with it each time it starts. Open that link, or paste it here:</p>
        <ul>
          <li>
            started by hand or by a service: in the output of <code>hangup serve</code>
          </li>
          <li>
            in a container: <code>docker logs CONTAINER</code>
          </li>
          <li>
            chosen by you: the value of <code>HANGUP_TOKEN</code>
          </li>
        </ul>
        <p>A new start makes a new token, unless you chose it.</p>
      </div>
    </main>
  );
}

/** The token, also out of the whole link. */
function tokenIn(text: string): string {
  return /[?#&]token=([^&\s]+)/.exec(text)?.[1] ?? text.trim();
}
