import { render } from 'preact';
import { App } from './app.tsx';
import './style/tokens.css';
import './style/base.css';
import './style/parts.css';
import './style/overview.css';
import './style/lines.css';
import './style/cards.css';
import { followLinks } from './links.ts';

followLinks();
const root = document.getElementById('app');
if (root !== null) render(<App />, root);
