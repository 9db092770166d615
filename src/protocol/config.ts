// Owns the bootstrap config: what `GET /widget/config` answers and how a page reads it without trusting it.
import * as v from "valibot";

export const LAUNCHER_POSITIONS = ["br", "bl", "tr", "tl"] as const;
export type LauncherPosition = (typeof LAUNCHER_POSITIONS)[number];

export const COLOR_SCHEMES = ["auto", "light", "dark"] as const;
export type ColorScheme = (typeof COLOR_SCHEMES)[number];

export const AUTH_MODES = ["guest", "user"] as const;
export type AuthMode = (typeof AUTH_MODES)[number];

const MAX_TEXT = 500;
const HEX_COLOR = /^#[0-9a-f]{6}$/i;
const HTTPS_URL = /^https:\/\/[^\s"'<>\\]+$/i;

const shortText = (max: number) =>
  v.fallback(
    v.pipe(
      v.string(),
      v.transform((value) => value.slice(0, max)),
    ),
    "",
  );
const picked = <const T extends readonly [string, ...string[]]>(values: T, byDefault: T[number]) =>
  v.fallback(v.picklist(values), byDefault);

/** Every member falls back to a safe default: a damaged config never stops the widget from booting. */
const branding = v.object({
  /** Accent, `#rrggbb`. */
  primary_color: v.fallback(v.pipe(v.string(), v.regex(HEX_COLOR)), "#3b5bdb"),
  /** https image, or "" for the built-in mark. */
  logo_url: v.fallback(v.pipe(v.string(), v.regex(HTTPS_URL), v.maxLength(2000)), ""),
  launcher_position: picked(LAUNCHER_POSITIONS, "br"),
  /** Text beside the launcher icon; "" draws a round launcher. */
  launcher_label: shortText(40),
  /** One quiet line below the composer. */
  privacy_notice: shortText(MAX_TEXT),
  /** Panel title; "" shows the agent's name. */
  title: shortText(80),
  /** First sentence of an empty conversation. */
  greeting: shortText(MAX_TEXT),
  /** Up to four starter prompts. */
  suggestions: v.fallback(
    v.pipe(
      v.array(v.unknown()),
      v.transform((list) =>
        list.filter((entry): entry is string => typeof entry === "string" && entry !== "").slice(0, 4),
      ),
    ),
    [],
  ),
  color_scheme: picked(COLOR_SCHEMES, "auto"),
  /** Corner radius of the panel, px, 0..32. */
  radius: v.fallback(v.pipe(v.number(), v.minValue(0), v.maxValue(32)), 20),
  /** BCP 47 language tag, "" follows the page. */
  locale: v.fallback(v.pipe(v.string(), v.regex(/^[\w-]{0,35}$/)), ""),
});

/** The agent of a config or session: `id` opaque, `name` for people. */
const agent = v.object({ id: v.string(), name: v.string() });

const configSchema = v.object({
  agent,
  auth_modes: v.fallback(v.array(v.picklist(AUTH_MODES)), ["guest", "user"]),
  branding: v.fallback(branding, () => v.parse(branding, {})),
  /** UI strings by name; unknown names are ignored by the view. */
  strings: v.fallback(v.record(v.string(), v.string()), {}),
});

export type AgentRef = v.InferOutput<typeof agent>;
export type Branding = v.InferOutput<typeof branding>;
/** What the widget shows and may do, read from the hub's answer. */
export interface WidgetConfig {
  agent: AgentRef;
  auth_modes: AuthMode[];
  branding: Branding;
  strings: Record<string, string>;
}

/** Reads a foreign config. Null when not even an agent can be read: then nothing can be shown. */
export function parseConfig(body: unknown): WidgetConfig | null {
  const result = v.safeParse(configSchema, body);
  if (!result.success) return null;
  const parsed = result.output;
  return {
    agent: { id: parsed.agent.id.slice(0, 200), name: parsed.agent.name.slice(0, 80) },
    auth_modes: parsed.auth_modes,
    branding: parsed.branding,
    strings: parsed.strings,
  };
}
