// Owns which rows of a long conversation are in the page: the newest ones at first, then those around the reader. Pure.
import type { Row } from "../core/rows.ts";
import { FIRST_ROWS } from "./reading.ts";

/** Rows that come at once where the reader goes. */
const MORE_ROWS = 8;
/** From so many elements on, rows out of sight are taken out. */
const MAX_ELEMENTS = 360;
/** Rows farther away than so many heights of the view may go; within one height there are always some. */
const KEEP = 1.5;

/** Part of the rows, as for `slice`; `end` is Infinity while the newest row belongs to it, also the next one. */
export interface RowWindow {
  start: number;
  end: number;
  /** Id of the row at `start`: rows that come above move the window. */
  first: string | undefined;
}

const toWindow = (rows: readonly Row[], start: number, end: number): RowWindow => ({
  start,
  end: end < rows.length ? end : Infinity,
  first: rows[start]?.id,
});

export const NEWEST: RowWindow = { start: -1, end: Infinity, first: undefined };
export const oldest = (rows: readonly Row[]): RowWindow => toWindow(rows, 0, FIRST_ROWS);

/** The same window in rows that have changed; the newest ones when its first row is gone. */
export function inRows(rows: readonly Row[], { start, end, first }: RowWindow): RowWindow {
  const index = rows[start]?.id === first ? start : rows.findIndex(({ id }) => id === first);
  return index < 0
    ? toWindow(rows, Math.max(0, rows.length - FIRST_ROWS), Infinity)
    : toWindow(rows, index, end + index - start);
}

/** What the page shows of a window. */
export interface Sight {
  /** px above, in and below what can be seen. */
  above: number;
  view: number;
  below: number;
  /** Its rows in order. */
  turns: readonly Element[];
}

const elementsIn = (turn: Element): number => turn.getElementsByTagName("*").length + 1;

/** The window that suits what the reader sees; the same object when it does already. */
export function fit(
  rows: readonly Row[],
  window: RowWindow,
  { above, view, below, turns }: Sight,
): RowWindow {
  let surplus = -MAX_ELEMENTS;
  for (const turn of turns) surplus += elementsIn(turn);
  /** How many rows to add at one end, less than 0: to take out, `from` being the farthest first. */
  const change = (space: number, from: readonly Element[]): number => {
    if (space < view) return MORE_ROWS;
    let count = 0;
    for (const turn of from) {
      space -= turn.clientHeight;
      if (surplus <= 0 || space < view * KEEP) break;
      surplus -= elementsIn(turn);
      count--;
    }
    return count;
  };
  const start = Math.max(0, window.start - change(above, turns));
  const end = Math.min(window.end, rows.length) + change(below, turns.toReversed());
  const next = toWindow(rows, start, end);
  return next.start === window.start && next.end === window.end ? window : next;
}
