// Owns the invitation beside the launcher: whom it is shown, when, and how it goes. Loaded where config or page have one.
import type { Widget } from "../core/handle.ts";
import { MAX_TEASER } from "../protocol/config.ts";
import { addStyles } from "./add-styles.ts";
import type { Host } from "./launcher.ts";
import { textsFrom } from "./strings.ts";
import css from "./teaser.css?inline";

const TEXTS = Object.freeze({ teaser_label: "Invitation to chat", teaser_dismiss: "Dismiss" });
const OFF = "off";
const GAP_PX = 10;
const MIN_WIDTH_PX = 200;
const CROSS = "m7 7 10 10M17 7 7 17";

/** Once in the life of a page, whatever is taken down and put up again meanwhile. */
let isOver = false;

/** Whether the page was come to, not reloaded or gone back to. */
function isArrival(): boolean {
  const [entry] = performance.getEntriesByType("navigation");
  return entry === undefined || ("type" in entry && entry.type === "navigate");
}

/** Whether the visitor came from another page of the site, which had the same invitation. */
const isFromHere = (): boolean => document.referrer.startsWith(`${location.origin}/`);

/** Resolves when the page can be seen. */
function whenVisible(signal: AbortSignal): Promise<void> {
  if (!document.hidden) return Promise.resolve();
  return new Promise((resolve) =>
    document.addEventListener("visibilitychange", () => resolve(), { once: true, signal }),
  );
}

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => clearTimeout(timer));
  });

function drawCross(): SVGElement {
  const space = "http://www.w3.org/2000/svg";
  const icon = document.createElementNS(space, "svg");
  icon.setAttribute("viewBox", "0 0 24 24");
  icon.setAttribute("class", "icon");
  icon.ariaHidden = "true";
  icon.appendChild(document.createElementNS(space, "path")).setAttribute("d", CROSS);
  return icon;
}

const createButton = (name: string): HTMLButtonElement => {
  const button = document.createElement("button");
  button.type = "button";
  button.className = name;
  return button;
};

/** Puts it beside the launcher; above or below it where a wide one leaves no room in its row. */
function placeBeside(box: HTMLElement, button: HTMLElement): void {
  const { left, right, top, bottom, width, height } = button.getBoundingClientRect();
  const isLeft = left + right < innerWidth;
  const isTop = top + bottom < innerHeight;
  const edge = isLeft ? left : innerWidth - right;
  box.dataset["corner"] = `${isTop ? "t" : "b"}${isLeft ? "l" : "r"}`;
  const hasRoom = innerWidth - 2 * edge - width - GAP_PX >= MIN_WIDTH_PX;
  const measures = {
    "--edge": edge,
    "--x": edge + (hasRoom ? width + GAP_PX : 0),
    "--y": (isTop ? top : innerHeight - bottom) + (hasRoom ? 0 : height + GAP_PX),
  };
  for (const [name, px] of Object.entries(measures)) box.style.setProperty(name, `${px}px`);
}

interface Invitation {
  widget: Widget;
  host: Host;
  text: string;
  signal: AbortSignal;
}

/** A region that tells what comes into it, and says it without taking the focus. */
function show({ widget, host, text, signal }: Invitation, container: Element): void {
  const texts = textsFrom(TEXTS, widget.config.peek()?.strings ?? {});
  const box = document.createElement("section");
  box.className = "teaser";
  box.ariaLabel = texts("teaser_label");
  const status = box.appendChild(document.createElement("div"));
  status.role = "status";
  const leave = (): void => {
    isOver = true;
    if (host.root.activeElement !== null && box.contains(host.root.activeElement))
      host.button.focus({ preventScroll: true });
    box.remove();
  };
  const say = createButton("say");
  const words = say.appendChild(document.createElement("span"));
  words.dir = "auto";
  words.append(text);
  say.addEventListener("click", () => widget.open());
  const dismiss = createButton("dismiss");
  dismiss.ariaLabel = dismiss.title = texts("teaser_dismiss");
  dismiss.append(drawCross());
  dismiss.addEventListener("click", leave);
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    leave();
  });
  container.append(box);
  addStyles(box, css);
  placeBeside(box, host.button);
  box.append(dismiss);
  // Only what changes in a region that is there is read aloud.
  requestAnimationFrame(() => status.append(say));
  const stop = widget.isOpen.subscribe((isOpen) => {
    if (isOpen) leave();
  });
  signal.addEventListener("abort", () => {
    stop();
    box.remove();
  });
}

/** Whom it is for is asked at once: later, only time has to pass. */
async function inviteOnce(invitation: Invitation, isOfPage: boolean): Promise<void> {
  const { widget, host, signal } = invitation;
  if (!isOfPage && (!isArrival() || isFromHere())) return;
  if (widget.isKnown()) return;
  const delayS = widget.config.peek()?.branding.teaser_delay ?? 0;
  await pause(delayS * 1000, signal);
  await whenVisible(signal);
  const container = host.root.querySelector(".foyer");
  const isHidden = host.button.offsetWidth === 0;
  if (!signal.aborted && !isOver && !isHidden && container !== null) show(invitation, container);
}

/**
 * Shows the invitation after a while, unless the visitor has talked here before, or opens the panel by then. Nothing is
 * stored: that it was shown is known from how the visitor came to the page.
 * @param wish what the page says itself
 * @returns the end of it
 */
export function invite(widget: Widget, host: Host, wish: string | undefined): () => void {
  const text = (wish ?? widget.config.peek()?.branding.teaser ?? "").slice(0, MAX_TEASER);
  if (text === OFF || isOver || !host.element.isConnected) return () => {};
  const ending = new AbortController();
  const stop = widget.isOpen.subscribe((isOpen) => {
    if (isOpen) isOver = true;
  });
  void inviteOnce({ widget, host, text, signal: ending.signal }, wish !== undefined);
  return () => {
    stop();
    ending.abort();
  };
}
