// Owns reading a colour that the page has chosen in CSS. Loaded for pages that have.
import { toHex } from "./theme.ts";

/**
 * A colour as CSS knows it, as `#rrggbb`; null for what is none, and where the browser cannot tell.
 * @param probe an element whose `color` may be written for a moment
 */
export function resolveColor(probe: HTMLElement, css: string): string | null {
  probe.style.color = "";
  probe.style.color = `color-mix(in srgb, ${css}, ${css})`;
  if (css === "" || probe.style.color === "") return null;
  const channels = /^color\(srgb ([\d.e-]+) ([\d.e-]+) ([\d.e-]+)/
    .exec(getComputedStyle(probe).color)
    ?.slice(1);
  probe.style.color = "";
  const [red = NaN, green = NaN, blue = NaN] = (channels ?? []).map((text) =>
    Math.min(1, Math.max(0, Number(text))),
  );
  return Number.isNaN(red + green + blue) ? null : toHex([red, green, blue]);
}
