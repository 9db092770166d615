// Owns what stands over the panel for a while: a tree of its own, so that the panel knows nothing of it.
import { h, render, type VNode } from "preact";
import { Boundary } from "../boundary.tsx";
import { type View, ViewProvider } from "../view.ts";

/**
 * Shows a part over the panel until it is closed, or the panel is.
 * @param panel element of the panel; the part comes last in it
 * @param part made with the function that takes it away
 */
export function showOver(view: View, panel: Element, part: (close: () => void) => VNode): void {
  const slot = document.createElement("div");
  slot.style.display = "contents";
  let stop = (): void => {};
  const close = (): void => {
    stop();
    render(null, slot);
    slot.remove();
  };
  panel.append(slot);
  render(
    <Boundary fallback={null}>
      <ViewProvider value={view}>{part(close)}</ViewProvider>
    </Boundary>,
    slot,
  );
  stop = view.widget.isOpen.subscribe((isOpen) => {
    if (!isOpen) close();
  });
}
