import { type ReadonlySignal, useSignal } from '@preact/signals';
import type { SVGAttributes, TargetedPointerEvent } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { placeAfter } from './arrow-keys.ts';
import { type Bar, barAt, barsBetween, joined, type Span } from './bars.ts';
import { fullOnes } from './parties.ts';

/** ms; `to` excluded. */
export type OnSpan = (from: number, to: number) => void;

/** How bars are pointed at and chosen. What changes with every move is a signal: the bars are not drawn again for it. */
export interface Choosing {
  /** Where the bar begins that is pointed at, or has the focus. */
  readonly pointed: ReadonlySignal<number | null>;
  /** What is being chosen. */
  readonly choice: ReadonlySignal<Span | null>;
  /** Where the bar begins to which Tab leads; the arrow keys lead to the others. */
  readonly tabbed: number | undefined;
  readonly onFocus: (bar: Bar) => void;
  /** Of the drawing. */
  readonly handlers: SVGAttributes<SVGSVGElement>;
}

/** CSS pixels; less is a click. */
const LEAST_DRAG_PX = 4;

/** Several bars by dragging, or by Shift with the arrow keys and then Enter; a click, or Enter alone, takes one. Esc: none. */
export function useChoosing(bars: readonly Bar[], onSpan: OnSpan | undefined): Choosing {
  const pointed = useSignal<number | null>(null);
  const choice = useSignal<Span | null>(null);
  const [focused, setFocused] = useState<number | null>(null);
  const pressedX = useRef<number | null>(null);
  const anchor = useRef<Bar | null>(null);

  const drop = () => {
    pressedX.current = null;
    anchor.current = null;
    choice.value = null;
  };
  const take = (span: Span | null) => {
    drop();
    if (span !== null) onSpan?.(span.from, span.to);
  };
  const moved = (event: TargetedPointerEvent<SVGSVGElement>) => {
    const x = xIn(event);
    pointed.value = barAt(bars, x)?.from ?? null;
    const pressed = pressedX.current;
    if (pressed === null || (choice.peek() === null && Math.abs(x - pressed) < LEAST_DRAG_PX)) return;
    // It was let go of elsewhere.
    if (event.buttons === 0) {
      drop();
      return;
    }
    // Not earlier, or a click would never reach its bar.
    event.currentTarget.setPointerCapture(event.pointerId);
    choice.value = joined(barsBetween(bars, pressed, x)) ?? null;
  };
  // While one drags, the focus may be anywhere.
  useEffect(() => {
    const heard = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || choice.peek() === null) return;
      event.preventDefault();
      event.stopPropagation();
      drop();
    };
    document.addEventListener('keydown', heard, true);
    return () => document.removeEventListener('keydown', heard, true);
  }, []);

  const full = fullOnes(bars);
  const at = Math.max(
    0,
    full.findIndex(({ from }) => from === focused),
  );
  return {
    pointed,
    choice,
    tabbed: full[at]?.from,
    onFocus: ({ from }) => {
      setFocused(from);
      pointed.value = from;
    },
    handlers: {
      onFocusOut: () => {
        pointed.value = null;
      },
      onKeyDown: (event) => {
        const bar = full[at];
        if (bar === undefined || onSpan === undefined) return;
        if (event.key === 'Enter' || event.key === ' ') {
          event.preventDefault();
          take(choice.peek() ?? bar);
        }
        const to = placeAfter(event.key, at, full.length - 1) ?? -1;
        const next = full[to];
        if (next === undefined) return;
        event.preventDefault();
        if (event.shiftKey) {
          anchor.current ??= bar;
          choice.value = joined([anchor.current, next]) ?? null;
        } else drop();
        event.currentTarget.querySelectorAll<SVGElement>('[role=button]')[to]?.focus();
      },
      onPointerDown: (event) => {
        drop();
        // A finger does not hover.
        pointed.value = barAt(bars, xIn(event))?.from ?? null;
        if (onSpan !== undefined && event.isPrimary && event.button === 0) pressedX.current = xIn(event);
      },
      onPointerMove: moved,
      onPointerUp: () => {
        const dragged = pressedX.current === null ? null : choice.peek();
        pressedX.current = null;
        if (dragged !== null) take(dragged);
      },
      onPointerCancel: drop,
      onPointerLeave: (event) => {
        // A quick hand is out of the drawing with its first move.
        moved(event);
        if (event.pointerType === 'mouse') pointed.value = null;
      },
    },
  };
}

/** CSS pixels from the left edge of what listens. */
export const xIn = ({
  clientX,
  currentTarget,
}: {
  readonly clientX: number;
  readonly currentTarget: Element;
}): number => clientX - currentTarget.getBoundingClientRect().left;
