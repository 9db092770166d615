// Owns the npm way onto a page: host, launcher and panel for a widget that the page has made itself.
import type { Widget } from "../core/handle.ts";
import type { WidgetConfig } from "../protocol/config.ts";
import { createHost } from "./launcher.ts";
import { mountPanel } from "./panel-view.tsx";
import type { Placement } from "./placement.ts";
import { textsFrom } from "./strings.ts";

const LAUNCHER_TEXTS = { launcher: "Chat with {name}" };

function show(widget: Widget, config: WidgetConfig, placement: Placement): () => void {
  const { primary_color, launcher_position, launcher_label, launcher_size, title } = config.branding;
  const host = createHost({
    color: primary_color,
    position: launcher_position,
    label: launcher_label,
    size: launcher_size,
    name: textsFrom(LAUNCHER_TEXTS, config.strings)("launcher", { name: title || config.agent.name }),
  });
  host.button.addEventListener("click", () => widget.toggle());
  const unmount = mountPanel(widget, host, placement);
  return () => {
    unmount();
    host.element.remove();
  };
}

/**
 * Shows a widget: the launcher as soon as its config has arrived, the panel when it is opened.
 * On a server it does nothing.
 * @param placement where it stands. @default what the hub's config says
 * @returns a function that removes it from the page; the widget and its conversation live on
 */
export function mount(widget: Widget, placement: Placement = {}): () => void {
  if (typeof document === "undefined") return () => {};
  let hide: (() => void) | null = null;
  const stop = widget.config.subscribe((config) => {
    if (config !== null) hide ??= show(widget, config, placement);
  });
  widget.load();
  return () => {
    stop();
    hide?.();
    hide = null;
  };
}
