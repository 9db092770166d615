// Owns where the reader of the transcript is: the end is followed only while the reader is near it. What a long
// conversation needs more is in long-reading.ts.
import type { Widget } from "../core/handle.ts";
import type { Row } from "../core/rows.ts";
import type { LongReading } from "./long-reading.ts";
import { report } from "./report.ts";

const NEAR_PX = 64;
/** Rows in the page at first. */
export const FIRST_ROWS = 20;

export interface ReadingDeps {
  widget: Widget;
  /** Shows other rows. */
  redraw(): void;
  /** Tells whether something new is out of sight. */
  setNews(hasNews: boolean): void;
}

/** px from what can be seen to the end. */
export const gapBelow = (box: Element): number => box.scrollHeight - box.scrollTop - box.clientHeight;

export class Reading {
  readonly deps: ReadingDeps;
  /** The scroller; its only child ends with the rows that are shown. */
  box: HTMLElement | null = null;
  /** The whole conversation; while it is empty, what stands instead is read from its beginning. */
  rows: readonly Row[] = [];
  /** The end is followed. */
  isNear = true;
  #top = 0;
  #long: LongReading | null = null;
  #isLoading = false;

  constructor(deps: ReadingDeps) {
    this.deps = deps;
  }

  /** What of these rows is to be shown, as for `slice`; `end` is Infinity while the newest row belongs to it. */
  place(rows: readonly Row[]): { start: number; end: number } {
    this.rows = rows;
    return this.#long?.place() ?? { start: Math.max(0, rows.length - FIRST_ROWS), end: Infinity };
  }

  /** Other rows are shown: what was in view is in view again. */
  keep(scrolledPx = 0): void {
    const { box, rows } = this;
    if (box === null || rows.length === 0) return;
    // What the visitor edits would leave the view.
    if (this.isNear && !box.querySelector(".mine :focus")) box.scrollTop = box.scrollHeight;
    this.#long?.keep(box, scrolledPx);
    this.#top = box.scrollTop;
    if (rows.length > FIRST_ROWS) this.#load();
  }

  /** Something has another size, also before the page tells that it has scrolled. */
  resized(): void {
    const { box } = this;
    if (box === null) return;
    // At the end it was the browser, for lack of content.
    const scrolledPx = gapBelow(box) > 1 ? box.scrollTop - this.#top : 0;
    this.look(box, 1);
    this.keep(scrolledPx);
  }

  scrolled(): void {
    const { box } = this;
    if (box === null) return;
    this.look(box);
    if (this.isNear) this.deps.setNews(false);
    else this.#load();
    this.#long?.scrolled(box);
    this.#top = box.scrollTop;
  }

  /**
   * Only the reader moves up, so going up ends the following, however little it is; growth alone never does.
   * @param nearPx from this near the end it is followed again: what grows takes nobody there
   */
  look(box: Element, nearPx = NEAR_PX): void {
    const gap = gapBelow(box);
    const wentUp = box.scrollTop < this.#top - 1 && gap > 1;
    this.isNear = !this.#long?.isCut && !wentUp && (this.isNear || gap <= nearPx);
    this.#top = box.scrollTop;
  }

  toEnd(): void {
    this.isNear = true;
    this.deps.setNews(false);
    this.#long?.toEnd();
    this.keep();
  }

  toStart(): void {
    this.#long?.toStart();
  }

  /** The conversation has got something new at its end. */
  grew(): void {
    if (this.isNear) return;
    this.deps.setNews(true);
    this.#load();
  }

  #load(): void {
    if (this.#isLoading) return;
    this.#isLoading = true;
    void import("./long-reading.ts").then(
      ({ LongReading }) => {
        this.#long = new LongReading(this);
        this.keep();
      },
      (error: unknown) => {
        // The next movement tries again.
        this.#isLoading = false;
        report("long view", error);
      },
    );
  }
}
