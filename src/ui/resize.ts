// Owns the handle that makes a panel larger or smaller, by pointer or arrow keys. Loaded when a pointer or the Tab key
// comes to the panel. The size lives in the container's style: it outlives closing, never the page.
import { addStyles } from "./add-styles.ts";
import css from "./resize.css?inline";
import { textsFrom } from "./strings.ts";

const RESIZE_TEXTS = { resize: "Resize, also with the arrow keys" };

const STEP_PX = 16;
const MIN_WIDTH_PX = 320;
const MIN_HEIGHT_PX = 360;
const ARROWS: Readonly<Record<string, readonly [x: number, y: number]>> = {
  ArrowLeft: [-STEP_PX, 0],
  ArrowRight: [STEP_PX, 0],
  ArrowUp: [0, -STEP_PX],
  ArrowDown: [0, STEP_PX],
};

/** Moves the handle's corner by so many pixels; the opposite corner stays. What is too large, the style sheet limits. */
function moveCorner(panel: HTMLElement, [x, y]: readonly [number, number]): void {
  const corner = panel.dataset["corner"] ?? "br";
  const width = panel.offsetWidth + (corner.endsWith("l") ? x : -x);
  const height = panel.offsetHeight + (corner.startsWith("t") ? y : -y);
  const style = panel.parentElement?.style;
  if (x !== 0) style?.setProperty("--width", `${Math.max(MIN_WIDTH_PX, width)}px`);
  if (y !== 0) style?.setProperty("--height", `${Math.max(MIN_HEIGHT_PX, height)}px`);
}

/**
 * Puts a handle into the panel, at the corner opposite the launcher, unless it has one. It goes with the panel.
 * @param strings texts of the site owner by name
 */
export function addHandle(panel: HTMLElement, strings: Readonly<Record<string, string>>): void {
  if (panel.querySelector(".grip") !== null) return;
  addStyles(panel, css);
  const handle = document.createElement("button");
  handle.type = "button";
  handle.className = "grip";
  handle.ariaLabel = handle.title = textsFrom(RESIZE_TEXTS, strings)("resize");
  let from: { x: number; y: number } | null = null;
  handle.addEventListener("pointerdown", (event) => {
    handle.setPointerCapture(event.pointerId);
    from = event;
  });
  handle.addEventListener("pointermove", (event) => {
    if (from === null || !handle.hasPointerCapture(event.pointerId)) return;
    moveCorner(panel, [event.clientX - from.x, event.clientY - from.y]);
    from = { x: event.clientX, y: event.clientY };
  });
  handle.addEventListener("keydown", (event) => {
    const step = ARROWS[event.key];
    if (step === undefined) return;
    event.preventDefault();
    moveCorner(panel, step);
  });
  panel.append(handle);
}
