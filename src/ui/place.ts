// Owns taking the widget's place on the page: launcher or the page's own buttons, over the page or inside a container.
import type { Widget } from "../core/handle.ts";
import { signal, type ReadonlySignal } from "../core/signal.ts";
import type { PanelMode } from "../protocol/config.ts";
import { makeOpenable } from "./launcher-open.ts";
import type { Host } from "./launcher.ts";
import type { OwnButtons } from "./own-buttons.ts";
import type { Placement } from "./placement.ts";
import { report } from "./report.ts";

const LAUNCHER_GAP_PX = 16;

export interface Place {
  /** Null while the container of an inline panel is not there yet. */
  readonly mode: ReadonlySignal<PanelMode | "inline" | null>;
  /** Puts the focus back to where the panel was opened from. */
  leave(): void;
  undo(): void;
}

const complainOf = (error: unknown): void => report("launcher", error);

/** Takes the place that the page wished for, else the config's. An inline panel is opened at once. */
export function takePlace(
  widget: Widget,
  { host, container }: { host: Host; container: HTMLElement },
  { mode: wanted, target, launcher }: Placement,
): Place {
  const { button } = host;
  const mode = signal<PanelMode | "inline" | null>(null);
  const branding = widget.config.peek()?.branding;
  makeOpenable(host, branding);
  let own: OwnButtons | null = null;
  let unsettle = (): void => {};
  let isOver = false;
  const adopt = async (selector: string): Promise<void> => {
    const { adoptButtons } = await import("./own-buttons.ts");
    if (isOver) return;
    own = adoptButtons(selector, () => widget.toggle());
    own.setOpen(widget.isOpen.peek());
  };
  const hasOwn = launcher !== undefined;
  if (hasOwn) adopt(launcher).catch(complainOf);
  const float = (): void => {
    button.style.display = hasOwn ? "none" : "";
    const lift = hasOwn ? 0 : (branding?.launcher_size ?? 0) + LAUNCHER_GAP_PX;
    container.style.setProperty("--lift", `${lift}px`);
    mode.value = wanted === "inline" ? "floating" : (wanted ?? branding?.mode ?? "floating");
  };
  const settle = async (): Promise<void> => {
    button.style.display = "none";
    const { findTarget, settleIn } = await import("./inline.ts");
    const wish = target ?? "";
    const found = await findTarget(wish);
    if (isOver) return;
    if (found === null) return float();
    unsettle = settleIn(found, wish, host, container);
    mode.value = "inline";
    widget.open();
  };
  const floatAfter = (error: unknown): void => {
    complainOf(error);
    float();
  };
  if (wanted === "inline" || target !== undefined) settle().catch(floatAfter);
  else float();
  const stop = widget.isOpen.subscribe((isOpen) => {
    button.setAttribute("aria-expanded", String(isOpen));
    own?.setOpen(isOpen);
  });
  return {
    mode,
    leave: () => (own ?? button).focus({ preventScroll: true }),
    undo: () => {
      isOver = true;
      stop();
      unsettle();
      own?.release();
    },
  };
}
