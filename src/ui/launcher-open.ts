// Owns what the launcher gains once a panel runs behind it: expanded state, chevron, own icon, theme, hover and focus.
import type { Branding } from "../protocol/config.ts";
import type { Host } from "./launcher.ts";
import css from "./launcher-open.css?inline";

/** Shows an image instead of the chat icon, once it has loaded. */
function showIcon(button: HTMLElement, url: string): void {
  const icon = new Image(24, 24);
  icon.referrerPolicy = "no-referrer";
  icon.addEventListener("load", () => button.querySelector("i")?.replaceWith(icon));
  icon.src = url;
}

/** Turns the loader's plain button into the launcher of a running panel. */
export function makeOpenable({ root, button }: Host, branding: Branding | undefined): void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
  button.setAttribute("part", "launcher");
  button.setAttribute("aria-haspopup", "dialog");
  button.setAttribute("aria-expanded", "false");
  const url = branding?.launcher_icon_url || branding?.logo_url;
  if (url) showIcon(button, url);
}
