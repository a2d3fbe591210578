import type { Party } from '../../../verdict/verdict.ts';

/** The colours of tokens.css as a canvas needs them: values, not names. */
export interface Theme {
  readonly text: string;
  readonly muted: string;
  readonly line: string;
  readonly card: string;
  readonly font: string;
  readonly party: (party: Party) => string;
}

export function readTheme(element: HTMLElement): Theme {
  const style = getComputedStyle(element);
  const value = (name: string) => style.getPropertyValue(name).trim();
  return {
    text: value('--text'),
    muted: value('--muted'),
    line: value('--line'),
    card: value('--card'),
    font: value('--font') || 'sans-serif',
    party: (party) => value(`--${party}`),
  };
}

/** The same colour, seen through. @param opacity from 0 to 1 */
export const faint = (colour: string, opacity: number): string =>
  `color-mix(in srgb, ${colour} ${Math.round(opacity * 100)}%, transparent)`;
