// Owns the seam between loader and panel: the loader imports this chunk and hands over what it already has.
import { readStorage } from "./core/options.ts";
import { createWidgetFrom } from "./core/widget.ts";
import type { Widget } from "./core/handle.ts";
import type { Host } from "./ui/launcher.ts";
import { mountPanel } from "./ui/panel-view.tsx";
import { readPlacement } from "./ui/placement.ts";

export interface PanelSeam {
  clientKey: string;
  apiUrl: string;
  agent: string | null;
  /** Any other attribute of the tag, by its name without `data-`. */
  read: (name: string) => string | null;
  /** The bootstrap config as the hub sent it. */
  config: unknown;
  host: Host;
}

/** Starts the widget in the loader's host. Returns the handle; its `dispose` also takes the panel down. */
export function start({ clientKey, apiUrl, agent, read, config, host }: PanelSeam): Widget {
  const userToken = read("user-token");
  const storage = readStorage(read("storage"));
  const widget = createWidgetFrom(
    typeof storage === "string" ? { clientKey, apiUrl, agent, config, userToken, storage } : [storage],
  );
  const unmount = mountPanel(widget, host, readPlacement(read));
  return {
    ...widget,
    dispose: () => {
      unmount();
      widget.dispose();
    },
  };
}
