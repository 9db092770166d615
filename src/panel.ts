// Owns the seam between loader and panel: the loader imports this chunk and hands over what it already has.
import { createWidget } from "./core/widget.ts";
import type { Widget } from "./core/handle.ts";
import { makeOpenable } from "./ui/launcher-open.ts";
import type { Host } from "./ui/launcher.ts";
import { mountPanel } from "./ui/panel-view.tsx";

export interface PanelSeam {
  options: {
    clientKey: string;
    apiUrl: string;
    agent: string | null;
    userToken: string | null;
    /** The bootstrap config as the hub sent it. */
    config: unknown;
  };
  host: Host;
}

/** Starts the widget in the loader's host. Returns the handle; its `dispose` also takes the panel down. */
export function start({ options, host }: PanelSeam): Widget {
  const { agent, userToken, ...rest } = options;
  const widget = createWidget({
    ...rest,
    ...(agent === null ? {} : { agent }),
    ...(userToken === null ? {} : { userToken }),
  });
  const unmount = mountPanel(widget, { host: host.element, root: host.root, launcher: makeOpenable(host) });
  return {
    ...widget,
    dispose: () => {
      unmount();
      widget.dispose();
    },
  };
}
