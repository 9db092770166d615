// Owns the bootstrap config: what `GET /widget/config` answers and how a page reads it without trusting it.
import { isText, listOf, membersOf, oneOf, textLike, textUpTo } from "./read.ts";

export const LAUNCHER_POSITIONS = ["br", "bl", "tr", "tl"] as const;
export type LauncherPosition = (typeof LAUNCHER_POSITIONS)[number];

export const COLOR_SCHEMES = ["auto", "light", "dark"] as const;
export type ColorScheme = (typeof COLOR_SCHEMES)[number];

/** Where the panel stands: over the page near the launcher, along a side, or over the whole page. */
export const PANEL_MODES = ["floating", "side", "full"] as const;
export type PanelMode = (typeof PANEL_MODES)[number];

export const DENSITIES = ["comfortable", "compact"] as const;
export type Density = (typeof DENSITIES)[number];

/** Names of font families as CSS lists them: nothing in it can end the declaration. */
export const FONT_PATTERN = /^[\w\s,"'-]{0,200}$/;

export const LAUNCHER_SIZES = { min: 44, max: 72 } as const;

export const AUTH_MODES = ["guest", "user"] as const;
export type AuthMode = (typeof AUTH_MODES)[number];

export interface AgentRef {
  /** Opaque. */
  id: string;
  /** For people. */
  name: string;
}

export interface Branding {
  /** Accent, `#rrggbb`. @default "#3b5bdb" */
  primary_color: string;
  /** https image, or "" for the built-in mark. @default "" */
  logo_url: string;
  /** @default "br" */
  launcher_position: LauncherPosition;
  /** Text beside the launcher icon, up to 40 characters; "" draws a round launcher. @default "" */
  launcher_label: string;
  /** Height of the launcher, px, 44 to 72. @default 56 */
  launcher_size: number;
  /** https image in the launcher; "" takes the logo, else the built-in icon. @default "" */
  launcher_icon_url: string;
  /** One quiet line below the composer. @default "" */
  privacy_notice: string;
  /** Panel title; "" shows the agent's name. @default "" */
  title: string;
  /** First sentence of an empty conversation; "" shows the built-in one. @default "" */
  greeting: string;
  /** Up to four starter prompts. @default [] */
  suggestions: string[];
  /** @default "auto" */
  color_scheme: ColorScheme;
  /** Corner radius of the panel, px, 0 to 32. @default 20 */
  radius: number;
  /** `font-family` of panel and launcher; "" is the system's. @default "" */
  font: string;
  /** @default "comfortable" */
  density: Density;
  /** @default "floating" */
  mode: PanelMode;
  /** Shown once beside the launcher to invite; "" shows nothing. @default "" */
  teaser: string;
  /** Seconds after the load of the page, 1 to 300. @default 5 */
  teaser_delay: number;
  /** Whether an answer that nobody saw is heard. @default false */
  sound: boolean;
  /** Exact hosts, with a port if they have one, whose images an answer may show; others become links. @default [] */
  image_hosts: string[];
  /** BCP 47 language tag, "" follows the page. @default "" */
  locale: string;
}

/** What the widget shows, read from the hub's answer. */
export interface WidgetConfig {
  agent: AgentRef;
  branding: Branding;
  /** UI strings by name; unknown names are ignored by the view. */
  strings: Record<string, string>;
}

/** Two lines beside the launcher of a phone. */
export const MAX_TEASER = 120;
export const TEASER_DELAYS = { min: 1, max: 300 } as const;

const MAX_TEXT = 500;
const MAX_RADIUS = 32;

const between = (value: unknown, min: number, max: number, byDefault: number): number =>
  typeof value === "number" && value >= min && value <= max ? value : byDefault;

/** As `URL.host` writes it: lower case, punycode, no port where it is 443. */
export const HOST_PATTERN = /^[a-z\d](?:[a-z\d.-]{0,250}[a-z\d])?(?::\d{1,5})?$/;
export const MAX_IMAGE_HOSTS = 10;
const IMAGE_URL = /^https:\/\/[^\s"'<>\\]{1,2000}$/i;

const READERS: { [Name in keyof Branding]: (value: unknown) => Branding[Name] } = {
  primary_color: (value) => textLike(value, /^#[\da-f]{6}$/i, "#3b5bdb"),
  logo_url: (value) => textLike(value, IMAGE_URL, ""),
  launcher_position: (value) => oneOf(value, LAUNCHER_POSITIONS, "br"),
  launcher_label: (value) => textUpTo(value, 40),
  launcher_size: (value) => between(value, LAUNCHER_SIZES.min, LAUNCHER_SIZES.max, 56),
  launcher_icon_url: (value) => textLike(value, IMAGE_URL, ""),
  privacy_notice: (value) => textUpTo(value, MAX_TEXT),
  title: (value) => textUpTo(value, 80),
  greeting: (value) => textUpTo(value, MAX_TEXT),
  suggestions: (value) =>
    listOf(value)
      .map((entry) => textUpTo(entry, MAX_TEXT))
      .filter(Boolean)
      .slice(0, 4),
  color_scheme: (value) => oneOf(value, COLOR_SCHEMES, "auto"),
  radius: (value) => between(value, 0, MAX_RADIUS, 20),
  font: (value) => textLike(value, FONT_PATTERN, ""),
  density: (value) => oneOf(value, DENSITIES, "comfortable"),
  mode: (value) => oneOf(value, PANEL_MODES, "floating"),
  teaser: (value) => textUpTo(value, MAX_TEASER),
  teaser_delay: (value) => between(value, TEASER_DELAYS.min, TEASER_DELAYS.max, 5),
  sound: (value) => value === true,
  image_hosts: (value) =>
    listOf(value)
      .map((entry) => textLike(entry, HOST_PATTERN, ""))
      .filter(Boolean)
      .slice(0, MAX_IMAGE_HOSTS),
  locale: (value) => textLike(value, /^[\w-]{0,35}$/, ""),
};

/** Every member falls back to a safe default: a damaged config never stops the widget from booting. */
export function parseBranding(value: unknown): Branding {
  const raw = membersOf(value);
  const members = Object.entries(READERS).map(([name, read]) => [name, read(raw[name])]);
  return Object.fromEntries(members) as Branding;
}

function parseStrings(value: unknown): Record<string, string> {
  const entries = Object.entries(membersOf(value));
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => isText(entry[1], MAX_TEXT)));
}

/** Reads a foreign config. Null when not even an agent can be read: then nothing can be shown. */
export function parseConfig(body: unknown): WidgetConfig | null {
  const raw = membersOf(body);
  const { id, name } = membersOf(raw["agent"]);
  if (typeof id !== "string" || typeof name !== "string") return null;
  return {
    agent: { id: id.slice(0, 200), name: name.slice(0, 80) },
    branding: parseBranding(raw["branding"]),
    strings: parseStrings(raw["strings"]),
  };
}
