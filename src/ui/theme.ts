// Owns how one accent colour becomes a legible theme: the inputs that CSS cannot derive by itself.
// Neutrals and surfaces are derived in tokens.css from `--hue` and `--chroma`.
import type { Branding } from "../protocol/config.ts";
import type { Scheme } from "./scheme.ts";

/** sRGB, each channel 0..1. */
type Rgb = readonly [red: number, green: number, blue: number];

/** Backgrounds that accent-coloured text must be read on: the darkest light one, the lightest dark one. */
const INK_BACKGROUNDS = { light: "#eef0f5", dark: "#2b2b33" } as const;
const TEXT_CONTRAST = 4.5;
const ICON_CONTRAST = 3;
const MIX_STEP = 0.02;

function parseHex(hex: string): Rgb {
  const channel = (start: number) => parseInt(hex.slice(start, start + 2), 16) / 255;
  return [channel(1), channel(3), channel(5)];
}

/** Channels from 0 to 1. */
export function toHex(rgb: Rgb): string {
  const digits = rgb.map((channel) =>
    Math.round(channel * 255)
      .toString(16)
      .padStart(2, "0"),
  );
  return `#${digits.join("")}`;
}

const linear = (channel: number): number =>
  channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;

/** WCAG relative luminance, 0..1. */
function luminance(hex: string): number {
  const [red, green, blue] = parseHex(hex);
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
}

/** WCAG contrast ratio of two `#rrggbb` colours, 1..21. */
export function contrast(first: string, second: string): number {
  const [a, b] = [luminance(first), luminance(second)];
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}

/** The first mix of a colour with `target` (0 black, 1 white) that reaches the text contrast on a background. */
function mixUntilLegible(color: string, background: string, target: 0 | 1): string {
  const source = parseHex(color);
  for (let share = 0; share < 1; share += MIX_STEP) {
    const mix = (channel: number) => channel + (target - channel) * share;
    const mixed = toHex([mix(source[0]), mix(source[1]), mix(source[2])]);
    if (contrast(mixed, background) >= TEXT_CONTRAST) return mixed;
  }
  return target === 0 ? "#000000" : "#ffffff";
}

/**
 * Accent as a filled surface, and the text on it, with a contrast of 4.5 or more. Mid tones get white text, as people
 * expect of a coloured button, and are darkened as far as that needs; light accents get black text.
 */
export function accentFill(accent: string): { fill: string; text: string } {
  if (contrast(accent, "#ffffff") < ICON_CONTRAST) return { fill: accent, text: "#000000" };
  return { fill: mixUntilLegible(accent, "#ffffff", 0), text: "#ffffff" };
}

/** The accent, moved toward black (light scheme) or white (dark) until it reads as text on every surface. */
export function accentInk(accent: string, scheme: Scheme): string {
  return mixUntilLegible(accent, INK_BACKGROUNDS[scheme], scheme === "light" ? 0 : 1);
}

/** Hue in degrees and chroma of a colour in OKLCH (https://bottosson.github.io/posts/oklab/). Greys have chroma 0. */
export function hueAndChroma(hex: string): { hue: number; chroma: number } {
  const [red, green, blue] = parseHex(hex).map(linear) as [number, number, number];
  const l = Math.cbrt(0.4122 * red + 0.5363 * green + 0.0514 * blue);
  const m = Math.cbrt(0.2119 * red + 0.6807 * green + 0.1074 * blue);
  const s = Math.cbrt(0.0883 * red + 0.2817 * green + 0.63 * blue);
  const a = 1.978 * l - 2.4286 * m + 0.4506 * s;
  const b = 0.0259 * l + 0.7828 * m - 0.8087 * s;
  const chroma = Math.hypot(a, b);
  if (chroma < 0.002) return { hue: 0, chroma: 0 };
  return { hue: Math.round((((Math.atan2(b, a) * 180) / Math.PI + 360) % 360) * 10) / 10, chroma };
}

interface Themed {
  container: HTMLElement;
  button: HTMLElement;
}

function dress({ container, button }: Themed, accent: string, branding: Branding, scheme: Scheme): void {
  const { hue, chroma } = hueAndChroma(accent);
  const { fill, text } = accentFill(accent);
  const ink = accentInk(accent, scheme);
  const properties = {
    "--accent": fill,
    "--on-accent": text,
    "--accent-ink": ink,
    "--hue": String(hue),
    "--chroma": chroma.toFixed(3),
    "--round": `${branding.radius}px`,
    "--family": branding.font || "initial",
  };
  for (const [name, value] of Object.entries(properties)) container.style.setProperty(name, value);
  container.dataset["scheme"] = scheme;
  container.dataset["density"] = branding.density;
  button.style.background = fill;
  button.style.color = text;
  button.style.setProperty("--ring", ink);
  button.style.fontFamily = `var(--foyer-font, ${branding.font || "system-ui"})`;
}

/**
 * Writes the theme as custom properties on panel and launcher, by CSSOM: a strict CSP allows no style attribute.
 * @param themed the panel's container, where `--foyer-accent` of the page is read, which wins over the branding, and is
 *   waited for; and the launcher
 * @param branding `radius` in px; `primary_color` as `#rrggbb`
 */
export function applyTheme(themed: Themed, branding: Branding, scheme: Scheme): void {
  const { primary_color } = branding;
  const wish = getComputedStyle(themed.container).getPropertyValue("--foyer-accent").trim();
  const apply = (accent: string | null): void => dress(themed, accent ?? primary_color, branding, scheme);
  if (wish === "") apply(null);
  else
    import("./page-color.ts").then(
      ({ resolveColor }) => apply(resolveColor(themed.container, wish)),
      () => apply(null),
    );
}
