// Owns tables: their cells, their alignment, and rows that are written as they come, never twice.
import { create, tableRegion } from "./elements.ts";
import { Inline } from "./inline.ts";
import type { Setting } from "./references.ts";

export type Alignment = "start" | "center" | "end" | "";

const DELIMITER = /^ *\|? *:?-+:? *(?:\| *:?-+:? *)*\|? *$/;
const NUMERIC_CELL = /^[\s\p{Sc}\d.,%+−–-]*\d[\s\p{Sc}\d.,%]*$/u;

/** The texts between the pipes; an escaped pipe is text. */
export function cellsOf(row: string): string[] {
  const inner = row
    .trim()
    .replace(/^\|/, "")
    .replace(/(?<!\\)\|$/, "");
  return inner.split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll("\\|", "|"));
}

/** Reads the line below a head: how its columns are aligned, or null when it is no such line for this head. */
export function alignmentsOf(line: string, head: string): Alignment[] | null {
  if (!head.includes("|") || !line.includes("|") || !DELIMITER.test(line)) return null;
  const cells = cellsOf(line);
  if (cells.length !== cellsOf(head).length) return null;
  return cells.map((cell) => {
    if (cell.endsWith(":")) return cell.startsWith(":") ? "center" : "end";
    return cell.startsWith(":") ? "start" : "";
  });
}

export class Table {
  readonly region: HTMLElement;
  readonly #columns: readonly Alignment[];
  readonly #setting: Setting;
  readonly #heads: HTMLElement[];
  readonly #table: HTMLElement;
  #body: HTMLElement | null = null;

  constructor(head: string, columns: readonly Alignment[], setting: Setting) {
    this.#columns = columns;
    this.#setting = setting;
    const { region, table } = tableRegion(setting.texts);
    this.region = region;
    this.#table = table;
    this.#heads = this.#write(table.appendChild(create("thead")), head, "th");
  }

  /** One more row: as many cells as the head has, whatever the row has. */
  add(row: string): void {
    this.#body ??= this.#table.appendChild(create("tbody"));
    this.#write(this.#body, row, "td").forEach((cell, column) => {
      if (this.#columns[column] !== "" || !NUMERIC_CELL.test(cell.textContent)) return;
      cell.className = "number";
      this.#heads[column]?.classList.add("number");
    });
  }

  #write(section: HTMLElement, row: string, name: "th" | "td"): HTMLElement[] {
    const texts = cellsOf(row);
    const line = create("tr");
    const cells = this.#columns.map((alignment, column) => {
      const cell = line.appendChild(create(name, alignment));
      const inline = new Inline(cell, this.#setting);
      inline.write(texts[column] ?? "");
      inline.end();
      return cell;
    });
    section.append(line);
    return cells;
  }
}
