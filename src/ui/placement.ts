// Owns what a page may say about where the widget stands, and what that means. Changes nothing.
import { PANEL_MODES, type PanelMode } from "../protocol/config.ts";
import { complain } from "./report.ts";

/** What of an answer a screen reader is told unasked: all of it once it is complete, each sentence, nothing. */
export type Announced = "answer" | "sentence" | "off";

/** What a page may say beside the hub's config. */
export interface Placement {
  /** @default the mode of the hub's config */
  mode?: PanelMode | "inline" | undefined;
  /** Container of an inline panel, or a selector of it; a target alone means `inline`. */
  target?: string | Element | undefined;
  /** Selector of the page's own buttons, which open the panel instead of the launcher. */
  launcher?: string | undefined;
  /** An invitation of this page alone, up to 120 characters; "off" for none. @default the teaser of the hub's config */
  teaser?: string | undefined;
  /** @default "answer" */
  announce?: Announced | undefined;
}

/** How the panel is laid out; `sheet` stands for every mode that covers the whole page. */
export type Layout = "floating" | "side" | "sheet" | "inline";

/** Reads attributes of the tag; a mode that does not exist is told and ignored. */
export function readPlacement(read: (name: string) => string | null): Placement {
  const wanted = read("mode");
  const mode = ([...PANEL_MODES, "inline"] as const).find((known) => known === wanted);
  if (wanted !== null && mode === undefined)
    complain("invalid_mode", `data-mode is none of ${PANEL_MODES.join(", ")}, inline`);
  return {
    mode,
    target: read("target") ?? undefined,
    launcher: read("launcher") ?? undefined,
    teaser: read("teaser") ?? undefined,
    // What is none of them does as the default.
    announce: (read("announce") ?? undefined) as Announced | undefined,
  };
}

export function layoutOf(mode: PanelMode | "inline", isSmall: boolean): Layout {
  if (mode === "inline") return mode;
  return isSmall || mode === "full" ? "sheet" : mode;
}
