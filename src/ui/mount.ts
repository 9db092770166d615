// Owns the npm way onto a page: host, launcher and panel for a widget that the page has made itself.
import type { Widget } from "../core/handle.ts";
import type { WidgetConfig } from "../protocol/config.ts";
import { makeOpenable } from "./launcher-open.ts";
import { createHost } from "./launcher.ts";
import { mountPanel } from "./panel-view.tsx";
import { textsFor } from "./strings.ts";

function show(widget: Widget, config: WidgetConfig): () => void {
  const { primary_color, launcher_position, launcher_label, logo_url, title } = config.branding;
  const host = createHost({
    color: primary_color,
    position: launcher_position,
    label: launcher_label,
    logoUrl: logo_url,
    name: textsFor(config.strings)("launcher", { name: title || config.agent.name }),
  });
  host.button.addEventListener("click", () => widget.toggle());
  const unmount = mountPanel(widget, {
    host: host.element,
    root: host.root,
    launcher: makeOpenable(host),
  });
  return () => {
    unmount();
    host.element.remove();
  };
}

/**
 * Shows a widget: the launcher as soon as its config has arrived, the panel when it is opened.
 * On a server it does nothing.
 * @returns a function that removes it from the page; the widget and its conversation live on
 */
export function mount(widget: Widget): () => void {
  if (typeof document === "undefined") return () => {};
  let hide: (() => void) | null = null;
  const stop = widget.config.subscribe((config) => {
    if (config !== null) hide ??= show(widget, config);
  });
  widget.load();
  return () => {
    stop();
    hide?.();
    hide = null;
  };
}
