import { describe, expect, test } from "vitest";
import type { Row } from "../core/rows.ts";
import { fit, inRows, NEWEST, oldest } from "./row-window.ts";
import { visitorRow } from "./testing/fake-widget.ts";

const rowsFrom = (first: number, last: number): Row[] =>
  Array.from({ length: last - first + 1 }, (_, index) => visitorRow(String(first + index), "Hi"));
const rows = rowsFrom(1, 100);
const middle = { start: 40, end: 60, first: "41" };

describe("the rows in the page", () => {
  test.each([
    ["nothing yet", [], NEWEST, [0, Infinity]],
    ["a short conversation whole", rowsFrom(1, 5), NEWEST, [0, Infinity]],
    ["the newest twenty of a long one", rows, NEWEST, [80, Infinity]],
    ["the oldest twenty", rows, oldest(rows), [0, 20]],
    ["the same ones when something is said", rowsFrom(1, 101), middle, [40, 60]],
    ["the same ones when a page comes above", rowsFrom(-49, 100), middle, [90, 110]],
    ["all that follows once their end is the end", rowsFrom(1, 60), middle, [40, Infinity]],
    ["the newest ones of another conversation", rowsFrom(201, 300), middle, [80, Infinity]],
  ])("are %s", (_title, now, before, [start, end]) => {
    expect(inRows(now, before)).toEqual({ start, end, first: now[start ?? 0]?.id });
  });
});

describe("fitting", () => {
  const VIEW = 500;
  /** Rows of 100 px with so many elements each. */
  const turnsOf = (count: number, elements: number): Element[] =>
    Array.from({ length: count }, () => {
      const turn = document.createElement("div");
      for (let index = 1; index < elements; index++) turn.append(document.createElement("i"));
      Object.defineProperty(turn, "clientHeight", { value: 100 });
      return turn;
    });
  const fitted = (above: number, below: number, elements: number) => {
    const turns = turnsOf(20, elements);
    const { start, end } = fit(rows, middle, { above, view: VIEW, below, turns });
    return [start, end];
  };
  test.each([
    ["leaves what fits", 600, 600, 5, [40, 60]],
    ["adds where the reader comes near an end", 400, 600, 5, [32, 60]],
    ["adds below as well", 600, 400, 5, [40, 68]],
    ["takes out what is far above when there is too much", 1500, 0, 25, [46, 68]],
    ["takes out what is far below", 0, 1500, 25, [32, 54]],
    ["takes out no more than needed", 1500, 600, 19, [42, 60]],
    ["never takes out what is near, however much it is", 700, 700, 100, [40, 60]],
  ])("%s", (_title, ...[above, below, elements, expected]) => {
    expect(fitted(above, below, elements)).toEqual(expected);
  });

  test("at the oldest row and at the newest there is nothing to add", () => {
    const few = rowsFrom(1, 3);
    const all = inRows(few, NEWEST);
    expect(fit(few, all, { above: 0, view: VIEW, below: 0, turns: turnsOf(3, 3) })).toBe(all);
  });
});
