// Owns the management shapes of widget settings: the account's branding; an agent's own, and who may talk to it.
import * as v from "valibot";
import {
  COLOR_SCHEMES,
  DENSITIES,
  FONT_PATTERN,
  HOST_PATTERN,
  LAUNCHER_POSITIONS,
  LAUNCHER_SIZES,
  MAX_IMAGE_HOSTS,
  MAX_TEASER,
  PANEL_MODES,
  TEASER_DELAYS,
} from "./config.ts";

export const AGENT_AUTH_MODES = ["guest", "user", "both"] as const;
export type AgentAuthMode = (typeof AGENT_AUTH_MODES)[number];

const upTo = (length: number) => v.pipe(v.string(), v.maxLength(length));
const imageUrl = v.pipe(v.string(), v.regex(/^(?:https:\/\/[^\s"'<>\\]{1,2000})?$/, "must be an https URL"));
const color = v.pipe(v.string(), v.regex(/^#[\dA-Fa-f]{6}$/, "must be a colour as in #3b5bdb"));

/** Every member of the branding that a page is told, with the limits that the page's own reader has. */
const branding = {
  primary_color: color,
  accent_color: color,
  logo_url: v.pipe(imageUrl, v.description("https, or empty for the built-in mark")),
  launcher_position: v.picklist(LAUNCHER_POSITIONS),
  launcher_label: v.pipe(upTo(40), v.description("Empty draws a round launcher")),
  launcher_size: v.pipe(
    v.number(),
    v.minValue(LAUNCHER_SIZES.min),
    v.maxValue(LAUNCHER_SIZES.max),
    v.description("Height of the launcher, px"),
  ),
  launcher_icon_url: v.pipe(imageUrl, v.description("https, or empty for the logo or the built-in icon")),
  privacy_notice: v.pipe(upTo(500), v.description("A quiet line below the composer")),
  title: v.pipe(upTo(80), v.description("Empty shows the agent's name")),
  greeting: v.pipe(upTo(500), v.description("First sentence of an empty conversation")),
  suggestions: v.pipe(v.array(v.pipe(v.string(), v.minLength(1), v.maxLength(500))), v.maxLength(4)),
  color_scheme: v.picklist(COLOR_SCHEMES),
  radius: v.pipe(v.number(), v.minValue(0), v.maxValue(32), v.description("Corners of the panel, px")),
  font: v.pipe(
    v.string(),
    v.regex(FONT_PATTERN, "must be a list of font families"),
    v.description("font-family; empty is the system's"),
  ),
  density: v.picklist(DENSITIES),
  mode: v.pipe(v.picklist(PANEL_MODES), v.description("Near the launcher, along a side, or the whole page")),
  teaser: v.pipe(upTo(MAX_TEASER), v.description("An invitation beside the launcher; empty shows none")),
  teaser_delay: v.pipe(
    v.number(),
    v.minValue(TEASER_DELAYS.min),
    v.maxValue(TEASER_DELAYS.max),
    v.description("When the invitation comes, seconds after the load of the page"),
  ),
  sound: v.pipe(
    v.boolean(),
    v.description("An answer that nobody saw is heard, unless the visitor mutes it"),
  ),
  image_hosts: v.pipe(
    v.array(v.pipe(v.string(), v.regex(HOST_PATTERN, "must be a host in lower case, as in img.example.com"))),
    v.maxLength(MAX_IMAGE_HOSTS),
    v.description("Hosts whose images an answer may show; others become links"),
  ),
  locale: v.pipe(
    v.string(),
    v.regex(/^[\w-]{0,35}$/, "must be a language tag"),
    v.description("BCP 47; empty follows the page"),
  ),
};

const mergeGuestThreads = v.pipe(
  v.boolean(),
  v.description("A guest who logs in keeps the conversations; otherwise a user starts without them"),
);

/** What is in force for the account: what was never set has its default. `accent_color` is null until set. */
export const widgetSettings = v.object({
  ...branding,
  accent_color: v.nullable(color),
  merge_guest_threads: mergeGuestThreads,
});
export type WidgetSettings = v.InferOutput<typeof widgetSettings>;

const brandingOrNull = {
  primary_color: v.nullable(branding.primary_color),
  accent_color: v.nullable(branding.accent_color),
  logo_url: v.nullable(branding.logo_url),
  launcher_position: v.nullable(branding.launcher_position),
  launcher_label: v.nullable(branding.launcher_label),
  launcher_size: v.nullable(branding.launcher_size),
  launcher_icon_url: v.nullable(branding.launcher_icon_url),
  privacy_notice: v.nullable(branding.privacy_notice),
  title: v.nullable(branding.title),
  greeting: v.nullable(branding.greeting),
  suggestions: v.nullable(branding.suggestions),
  color_scheme: v.nullable(branding.color_scheme),
  radius: v.nullable(branding.radius),
  font: v.nullable(branding.font),
  density: v.nullable(branding.density),
  mode: v.nullable(branding.mode),
  teaser: v.nullable(branding.teaser),
  teaser_delay: v.nullable(branding.teaser_delay),
  sound: v.nullable(branding.sound),
  image_hosts: v.nullable(branding.image_hosts),
  locale: v.nullable(branding.locale),
};

/** PATCH: members that are missing stay as they are; null goes back to the default. */
export const updateWidgetSettingsRequest = v.partial(
  v.object({ ...brandingOrNull, merge_guest_threads: v.nullable(mergeGuestThreads) }),
);

/** Null follows the account's branding; everything else wins over it. */
export const agentWidgetSettings = v.object({
  widget_enabled: v.pipe(v.boolean(), v.description("False: the widget does not load for this agent")),
  auth_mode: v.pipe(v.picklist(AGENT_AUTH_MODES), v.description("Who may start a session")),
  ...brandingOrNull,
});
export type AgentWidgetSettings = v.InferOutput<typeof agentWidgetSettings>;

/** PATCH: members that are missing stay as they are; null follows the account again. */
export const updateAgentWidgetSettingsRequest = v.partial(agentWidgetSettings);
