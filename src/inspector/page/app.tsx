import { useEffect, useRef } from 'preact/hooks';
import { address } from './address.ts';
import { ConnectionPage } from './connection/ConnectionPage.tsx';
import { Header } from './frame/Header.tsx';
import { KeysDialog } from './frame/KeysDialog.tsx';
import { Outage } from './frame/Outage.tsx';
import { SignIn } from './frame/SignIn.tsx';
import { Overview } from './overview/Overview.tsx';
import { Guard } from './parts/Guard.tsx';
import { signedIn } from './session.ts';

const CONNECTION = /^\/connections\/([^/]+)$/;

/** The frame: header, one of the views, and what is said of the whole page. */
export function App() {
  const { pathname } = address.value;
  const encoded = CONNECTION.exec(pathname)?.[1];
  const id = encoded === undefined ? null : decoded(encoded);
  const main = useRef<HTMLElement>(null);
  const shown = useRef(id);
  useEffect(() => {
    if (id === null) document.title = 'hangup';
    if (shown.current === id) return;
    shown.current = id;
    if (id === null) return;
    // As a browser does for a new page: begin at its top, and let those who hear it hear that it is new.
    scrollTo(0, 0);
    main.current?.focus({ preventScroll: true });
  }, [id]);
  if (!signedIn.value) return <SignIn />;
  return (
    <>
      <a class="skip" href="#main">
        skip to the content
      </a>
      {id === null && (
        <a class="skip" href="#connections">
          skip to the connections
        </a>
      )}
      <Header connection={id} />
      <main id="main" ref={main} tabIndex={-1}>
        <Outage />
        <Guard key={id} what="this view">
          {id === null ? <Overview /> : <ConnectionPage id={id} />}
        </Guard>
      </main>
      <KeysDialog />
    </>
  );
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // A lone % in a link that somebody cut short: the API will say that there is no such connection.
    return text;
  }
}
