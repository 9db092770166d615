// Owns what the launcher gains once a panel runs behind it: expanded state, chevron, own icon, theme, hover and focus.
import type { Branding } from "../protocol/config.ts";
import type { Host } from "./launcher.ts";

/** Shows an image instead of the chat icon, once it has loaded. */
function showIcon(button: HTMLElement, url: string): void {
  const icon = new Image(24, 24);
  icon.referrerPolicy = "no-referrer";
  icon.addEventListener("load", () => button.querySelector("i")?.replaceWith(icon));
  icon.src = url;
}

/** Turns the loader's plain button into the launcher of a running panel, whose styles are launcher-open.css. */
export function makeOpenable({ button }: Host, branding: Branding | undefined): void {
  button.setAttribute("part", "launcher");
  button.setAttribute("aria-haspopup", "dialog");
  button.setAttribute("aria-expanded", "false");
  const url = branding?.launcher_icon_url || branding?.logo_url;
  if (url) showIcon(button, url);
}
