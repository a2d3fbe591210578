import { useEffect, useRef } from 'preact/hooks';
import { address } from './address.ts';
import { ConnectionPage } from './connection/ConnectionPage.tsx';
import { Header } from './frame/Header.tsx';
import { KeysDialog } from './frame/KeysDialog.tsx';
import { LaterView } from './frame/LaterView.tsx';
import { Outage } from './frame/Outage.tsx';
import { SignIn } from './frame/SignIn.tsx';
import { Overview } from './overview/Overview.tsx';
import { Guard } from './parts/Guard.tsx';
import { signedIn } from './session.ts';

const CONNECTION = /^\/connections\/([^/]+)$/;
const CHECK = '/check';

const loadCheck = () => import('./check/CheckPage.tsx').then(({ CheckPage }) => CheckPage);

/** The frame: header, one of the views, and what is said of the whole page. */
export function App() {
  const { pathname } = address.value;
  const encoded = CONNECTION.exec(pathname)?.[1];
  const id = encoded === undefined ? null : decoded(encoded);
  const isCheck = pathname === CHECK;
  const view = isCheck ? CHECK : id;
  const main = useRef<HTMLElement>(null);
  const shown = useRef(view);
  useEffect(() => {
    if (view === null) document.title = 'hangup';
    if (shown.current === view) return;
    shown.current = view;
    if (view === null) return;
    // As a browser does for a new page: begin at its top, and let those who hear it hear that it is new.
    scrollTo(0, 0);
    main.current?.focus({ preventScroll: true });
  }, [view]);
  if (!signedIn.value) return <SignIn />;
  return (
    <>
      <a class="skip" href="#main">
        skip to the content
      </a>
      {view === null && (
        <a class="skip" href="#connections">
          skip to the connections
        </a>
      )}
      <Header connection={id} isCheck={isCheck} />
      <main id="main" ref={main} tabIndex={-1}>
        {/* Nothing there is live, so nothing can be out of date. */}
        {!isCheck && <Outage />}
        <Guard key={view} what="this view">
          {isCheck && <LaterView load={loadCheck} what="the check" />}
          {!isCheck && (id === null ? <Overview /> : <ConnectionPage id={id} />)}
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
