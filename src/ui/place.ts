// Owns taking the widget's place on the page: launcher or the page's own buttons, over the page or inside a container.
import type { Widget } from "../core/handle.ts";
import { signal, type ReadonlySignal } from "../core/signal.ts";
import type { PanelMode } from "../protocol/config.ts";
import { makeOpenable } from "./launcher-open.ts";
import type { Host } from "./launcher.ts";
import type { OwnButtons } from "./own-buttons.ts";
import { findTarget, type Placement } from "./placement.ts";
import { report } from "./report.ts";

const LAUNCHER_GAP_PX = 16;
/** A container that is lower than this has no height of its own. */
const MIN_INLINE_PX = 160;

export interface Place {
  /** Null while the container of an inline panel is not there yet. */
  readonly mode: ReadonlySignal<PanelMode | "inline" | null>;
  /** Puts the focus back to where the panel was opened from. */
  leave(): void;
  undo(): void;
}

/** Moves the host into the page's container; one without a height gets the panel's usual one. */
function settleIn(target: Element, host: Host, container: HTMLElement): void {
  const hasHeight = target.clientHeight >= MIN_INLINE_PX;
  host.element.setAttribute("data-inline", "");
  target.append(host.element);
  container.style.height = hasHeight ? "100%" : "var(--foyer-height, 600px)";
}

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
  let isOver = false;
  const adopt = async (selector: string): Promise<void> => {
    const { adoptButtons } = await import("./own-buttons.ts");
    if (isOver) return;
    own = adoptButtons(selector, () => widget.toggle());
    own.setOpen(widget.isOpen.peek());
  };
  const hasOwn = launcher !== undefined;
  if (hasOwn) adopt(launcher).catch((error: unknown) => report("loading the launcher", error));
  const float = (): void => {
    button.style.display = hasOwn ? "none" : "";
    const lift = hasOwn ? 0 : (branding?.launcher_size ?? 0) + LAUNCHER_GAP_PX;
    container.style.setProperty("--lift", `${lift}px`);
    mode.value = wanted === "inline" ? "floating" : (wanted ?? branding?.mode ?? "floating");
  };
  const settle = async (): Promise<void> => {
    button.style.display = "none";
    const found = await findTarget(target ?? "");
    if (isOver) return;
    if (found === null) return float();
    settleIn(found, host, container);
    mode.value = "inline";
    widget.open();
  };
  if (wanted === "inline" || target !== undefined) void settle();
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
      own?.release();
    },
  };
}
