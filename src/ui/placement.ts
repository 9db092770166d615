// Owns what a page may say about where the widget stands, and what that means. Changes nothing.
import { PANEL_MODES, type PanelMode } from "../protocol/config.ts";
import { complain } from "./report.ts";

/** What of an answer a screen reader is told unasked: all of it once it is complete, each sentence, nothing. */
const ANNOUNCED = ["answer", "sentence", "off"] as const;
export type Announced = (typeof ANNOUNCED)[number];

const SWITCH = ["on", "off"] as const;

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
  /** Whether an answer that nobody saw is heard. @default what the hub's config says */
  sound?: "on" | "off" | undefined;
  /** Whether the answers that nobody saw are counted in the title of a hidden page. @default "on" */
  titleCount?: "on" | "off" | undefined;
}

/** How the panel is laid out; `sheet` stands for every mode that covers the whole page. */
export type Layout = "floating" | "side" | "sheet" | "inline";

type Read = (name: string) => string | null;

/** What is none of the choices is told, and does as if nothing had been said. */
function choice<Choice extends string>(
  read: Read,
  name: string,
  choices: readonly Choice[],
): Choice | undefined {
  const wanted = read(name);
  const found = choices.find((known) => known === wanted);
  if (wanted !== null && found === undefined)
    complain("invalid_option", `data-${name} is none of ${choices.join(", ")}`);
  return found;
}

/** Reads attributes of the tag. */
export function readPlacement(read: Read): Placement {
  return {
    mode: choice(read, "mode", [...PANEL_MODES, "inline"]),
    target: read("target") ?? undefined,
    launcher: read("launcher") ?? undefined,
    teaser: read("teaser") ?? undefined,
    announce: choice(read, "announce", ANNOUNCED),
    sound: choice(read, "sound", SWITCH),
    titleCount: choice(read, "title-count", SWITCH),
  };
}

export function layoutOf(mode: PanelMode | "inline", isSmall: boolean): Layout {
  if (mode === "inline") return mode;
  return isSmall || mode === "full" ? "sheet" : mode;
}
