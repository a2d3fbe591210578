import type { Directive } from '../parse/tree.ts';
import type { Level } from './level.ts';
import type { Memory } from './memory.ts';
import type { Report } from './report.ts';

/** A directive that stands where it may, in the form that nginx wants, together with all that a check of its own may ask. */
export interface Place {
  readonly directive: Directive;
  readonly level: Level;
  readonly memory: Memory;
  readonly report: Report;
}

export type Check = (place: Place) => void;
