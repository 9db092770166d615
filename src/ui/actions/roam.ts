// Owns going through the transcript by keyboard: it is one stop of the Tab key, arrows go from message to message, Enter
// and Tab into what a message holds, Escape back.
//
// Why articles in a log: readers say who spoke and when at each of them and jump between them in their own ways. `feed`
// is known to few of them, and a list would count the rows that are in the page, not those of the conversation.
import type { Reading } from "../reading.ts";

const STOPS = 'a[href], button, textarea, [tabindex="0"]';
/** What is longer is read in place, not as the name of its row. */
const MAX_NAME = 1000;

const rowsOf = (box: HTMLElement): HTMLElement[] => [...box.querySelectorAll<HTMLElement>("[data-row]")];
const edgesOf = (element: Element): DOMRect => element.getBoundingClientRect();

const stopsIn = (element: Element): HTMLElement[] =>
  [...element.querySelectorAll<HTMLElement>(STOPS)].filter(
    (stop) => stop.tabIndex >= 0 && stop.getClientRects().length > 0,
  );

/** By the newest message: which had the focus last while that was the newest. */
const memory = new WeakMap<HTMLElement, HTMLElement>();

/** Focuses a message. While it has the focus, its name is who, when and what; in between, what is its content. */
function focusRow(row: HTMLElement, box: HTMLElement): void {
  const label = row.ariaLabel;
  const said = row.querySelector<HTMLElement>(".words, .bubble")?.innerText ?? "";
  memory.set(rowsOf(box).at(-1) ?? row, row);
  row.tabIndex = -1;
  row.ariaLabel = `${label}: ${said.slice(0, MAX_NAME)}`;
  row.addEventListener("blur", () => (row.ariaLabel = label), { once: true });
  row.focus({ preventScroll: true });
  row.scrollIntoView({ block: row.clientHeight > box.clientHeight ? "start" : "nearest" });
}

/** Where a key leads from a message, or from what is in view; undefined: nowhere. */
function targetOf(key: string, box: HTMLElement, row: HTMLElement | null): HTMLElement | undefined {
  const rows = rowsOf(box);
  const view = edgesOf(box);
  const index = row === null ? -1 : rows.indexOf(row);
  const top = row === null ? view.top : edgesOf(row).top;
  switch (key) {
    case "ArrowUp":
      return row === null ? rows.findLast((other) => edgesOf(other).top < view.bottom) : rows[index - 1];
    case "ArrowDown":
      return row === null ? rows.find((other) => edgesOf(other).bottom > view.top) : rows[index + 1];
    case "PageUp":
      return rows.findLast((other) => edgesOf(other).top <= top - view.height) ?? rows[0];
    case "PageDown":
      return rows.find((other) => edgesOf(other).top >= top + view.height) ?? rows.at(-1);
    default:
      return undefined;
  }
}

/** What stands above the messages comes first. */
const hasNotice = (box: HTMLElement): boolean => box.querySelector(".notice button") !== null;

/** The message that had the focus last, unless there is a newer one by now; else the newest in view. */
function rowToEnter(box: HTMLElement): HTMLElement | undefined {
  const newest = rowsOf(box).at(-1);
  const row = newest && memory.get(newest);
  return row?.isConnected ? row : targetOf("ArrowUp", box, null);
}

/**
 * For a focus that has just come: from elsewhere by keyboard it goes to a message, not into one.
 * @param from what had it; null when it comes back with the window
 */
export function enter(box: HTMLElement, from: EventTarget | null): void {
  const { activeElement: target } = box.getRootNode() as ShadowRoot;
  if (!(from instanceof Node) || box.contains(from) || !box.contains(target)) return;
  // A field shows its focus also to who has clicked it.
  if (!target?.matches(":focus-visible:not(textarea)") || (target === box && hasNotice(box))) return;
  const row = rowToEnter(box);
  if (row !== undefined) focusRow(row, box);
}

/** The stop of the panel before or after the transcript. */
function besides(box: HTMLElement, isBack: boolean): HTMLElement | undefined {
  const stops = stopsIn(box.closest(".panel") ?? box).filter((stop) => !box.contains(stop));
  const isAfter = (stop: Element) => stop.compareDocumentPosition(box) & Node.DOCUMENT_POSITION_PRECEDING;
  return isBack ? stops.findLast((stop) => !isAfter(stop)) : stops.find(isAfter);
}

/** Where Tab leads; undefined: where the browser goes by itself. */
function tabTarget(box: HTMLElement, target: HTMLElement, isBack: boolean): HTMLElement | undefined {
  const row = target.closest<HTMLElement>("[data-row]");
  const current = row ?? (target === box ? targetOf("ArrowUp", box, null) : undefined);
  if (current === undefined || (target === box && (isBack || hasNotice(box)))) return;
  const stops = stopsIn(current);
  if (target === box || target === row) return (isBack ? undefined : stops[0]) ?? besides(box, isBack);
  if (isBack) return target === stops[0] ? current : undefined;
  return target === stops.at(-1) ? besides(box, false) : undefined;
}

/** The ends are those of the conversation, not those of the rows in the page. */
function goToEnd(key: string, box: HTMLElement, reading: Reading): void {
  if (key === "Home") reading.toStart();
  else reading.toEnd();
  // Other rows may be shown then.
  requestAnimationFrame(() => {
    const row = rowsOf(box).at(key === "Home" ? 0 : -1);
    if (row !== undefined) focusRow(row, box);
  });
}

/** Where a key leads that is no way of scrolling: Tab, Escape, Enter. */
function leap(event: KeyboardEvent, box: HTMLElement, target: HTMLElement): HTMLElement | undefined {
  const row = target.closest<HTMLElement>("[data-row]");
  if (event.key === "Tab") return tabTarget(box, target, event.shiftKey);
  if (event.key === "Escape" && target !== row) return row ?? undefined;
  if (event.key !== "Enter" || target !== row) return undefined;
  return row.querySelector<HTMLElement>('[role="toolbar"] [tabindex="0"]') ?? stopsIn(row)[0];
}

/**
 * For keys that are pressed in the transcript, also some time ago: a key counts where the focus is.
 * @param box the transcript
 */
export function roam(event: KeyboardEvent, box: HTMLElement, reading: Reading): void {
  const { key } = event;
  const { activeElement: target } = box.getRootNode() as ShadowRoot;
  if (!(target instanceof HTMLElement) || !box.contains(target)) return;
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || rowsOf(box).length === 0) return;
  const row = target.closest<HTMLElement>("[data-row]");
  // Elsewhere in a message these keys have a meaning of their own, as in a wide table.
  const isOwn = target === box || target === row || target.closest('[role="toolbar"]') !== null;
  const next = leap(event, box, target) ?? (isOwn ? targetOf(key, box, row) : undefined);
  const isEnd = isOwn && (key === "Home" || key === "End");
  if (next === undefined && !isEnd) return;
  event.preventDefault();
  event.stopPropagation();
  if (isEnd) goToEnd(key, box, reading);
  else if (next?.matches("[data-row]")) focusRow(next, box);
  else next?.focus();
}
