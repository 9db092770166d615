// Owns opening the panel by itself, where the page before in this tab was left with an open one: without the focus, at
// once, unheard. Loaded only there.
import type { Widget } from "../core/handle.ts";
import type { Place } from "./place.ts";

/** On a smaller page it would cover what the visitor has come for. */
const HAS_ROOM = "(min-width: 720px) and (min-height: 480px)";

/** Opens the panel, unless it has been opened by now. Returns the end of it. */
export function reopen(widget: Widget, container: HTMLElement, { mode }: Place): () => void {
  const where = mode.peek();
  const isOverPage = where === "floating" || where === "side";
  const wasUsed = widget.history.peek().kind !== "none";
  if (!isOverPage || wasUsed || !container.isConnected || !matchMedia(HAS_ROOM).matches) return () => {};
  // What is inert takes no focus. The panel is drawn in the first frame, and asks for the focus there.
  container.inert = true;
  widget.open();
  let frame = requestAnimationFrame(() => {
    for (const animation of container.querySelector(".panel")?.getAnimations() ?? []) animation.finish();
    frame = requestAnimationFrame(() => (container.inert = false));
  });
  return () => cancelAnimationFrame(frame);
}
