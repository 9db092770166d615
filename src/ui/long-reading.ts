// Owns reading in a long conversation: rows come where the reader goes and leave where nobody looks, and what is read
// stays where it is. Loaded with the first conversation that needs it; reading.ts shows the newest rows until then.
import { addStyles } from "./add-styles.ts";
import { type Anchor, keepAnchor, takeAnchor } from "./anchor.ts";
import { gapBelow, type Reading } from "./reading.ts";
import css from "./long-reading.css?inline";
import { fit, inRows, NEWEST, oldest, type RowWindow } from "./row-window.ts";

export class LongReading {
  readonly #reading: Reading;
  #window: RowWindow = NEWEST;
  /** The window that the page has. */
  #shown: RowWindow = NEWEST;
  #anchor: Anchor = [];
  /** `scrollTop` when the anchor was taken or kept. */
  #top = 0;
  #frame = 0;

  constructor(reading: Reading) {
    this.#reading = reading;
    const { box } = reading;
    this.place();
    if (box === null) return;
    addStyles(box, css);
    this.#note(box);
  }

  /** Newer rows than those shown are not shown. */
  get isCut(): boolean {
    return this.#window.end !== Infinity;
  }

  /** The rows to show. Nothing has changed in the page yet: where it has scrolled to counts, told or not. */
  place(): RowWindow {
    const { rows, box } = this.#reading;
    const next = inRows(rows, this.#window);
    if (box !== null && (next.start !== this.#shown.start || next.end !== this.#shown.end)) {
      const wasNear = this.#reading.isNear;
      if (wasNear) this.#reading.look(box);
      if (!this.#reading.isNear && (wasNear || this.#anchor.length > 0)) this.#note(box);
    }
    return (this.#window = this.#shown = next);
  }

  /**
   * Keeps in view what was in view, and has the rows around it.
   * @param scrolledPx how far the page has scrolled without having told so yet
   */
  keep(box: HTMLElement, scrolledPx: number): void {
    if (!this.#reading.isNear) {
      if (!keepAnchor(box, this.#anchor, scrolledPx) || scrolledPx !== 0) this.#note(box);
      this.#top = box.scrollTop;
    }
    // Not now: a change of size during the report of one is an error that the page's owner would see.
    cancelAnimationFrame(this.#frame);
    this.#frame = requestAnimationFrame(() => this.#fit(box));
  }

  scrolled(box: HTMLElement): void {
    if (this.#reading.isNear) this.#anchor = [];
    else {
      // Sizes may have changed just before, and that is not told yet.
      if (this.#anchor.length > 0) keepAnchor(box, this.#anchor, box.scrollTop - this.#top);
      this.#note(box);
    }
    this.#fit(box);
  }

  toEnd(): void {
    if (this.isCut) this.#show(NEWEST);
  }

  toStart(): void {
    this.#reading.isNear = false;
    this.#anchor = [];
    this.#reading.keep();
    if (this.#window.start === 0) return;
    this.#anchor = [];
    this.#show(oldest(this.#reading.rows));
  }

  #note(box: Element): void {
    this.#anchor = takeAnchor(box, this.#turns(box));
    this.#top = box.scrollTop;
  }

  #turns(box: Element): Element[] {
    const { start, end } = this.#shown;
    const count = Math.min(end, this.#reading.rows.length) - start;
    return [...(box.firstElementChild?.children ?? [])].slice(-count);
  }

  #show(window: RowWindow): void {
    this.#window = window;
    this.#reading.deps.redraw();
  }

  #fit(box: HTMLElement): void {
    const { rows } = this.#reading;
    if (!box.isConnected || rows.length === 0) return;
    const { start } = this.#window;
    const turns = this.#turns(box);
    const { scrollTop: above, clientHeight: view } = box;
    const next = fit(rows, this.#window, { above, view, below: gapBelow(box), turns });
    if (next !== this.#window) {
      // A row that goes must not take the focus with it.
      const focused = start + turns.findIndex((turn) => turn.matches(":focus-within"));
      if (focused >= start && (focused < next.start || focused >= next.end))
        box.focus({ preventScroll: true });
      this.#show(next);
    } else if (start === 0 && above < view) this.#loadOlder();
  }

  #loadOlder(): void {
    const { widget } = this.#reading.deps;
    const history = widget.history.peek();
    // After a failure the reader decides.
    if (history.kind === "ready" && history.hasOlder && history.older === "idle") widget.loadOlder();
  }
}
