// Owns what the launcher gains once a panel runs behind it: expanded state, chevron, hover and focus finish.
import type { Host, Launcher } from "./launcher.ts";
import css from "./launcher-open.css?inline";

/** Turns the loader's plain button into the launcher of a running panel. */
export function makeOpenable({ root, button }: Host): Launcher {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
  button.setAttribute("aria-haspopup", "dialog");
  button.style.setProperty("--foyer-ring", button.style.background);
  const setOpen = (isOpen: boolean) => button.setAttribute("aria-expanded", String(isOpen));
  setOpen(false);
  return { button, setOpen };
}
