// Owns the host element and the closed launcher, drawn without a framework: the loader and the npm entry share it.
// Every byte here stands in the loader; what only a running panel needs is in launcher-open.css.
import css from "./launcher.css?inline";

/** Every member was checked before: colours and positions stand in CSS text. */
export interface LauncherLook {
  /** Accent, `#rrggbb`. */
  color: string;
  /** Corner of the viewport, `LauncherPosition`: bottom or top, right or left. */
  position: string;
  /** Text beside the icon; "" draws a round launcher. */
  label: string;
  /** Height, px; taken to be between 44 and 72. */
  size: number;
  /** Accessible name where there is no label. */
  name: string;
}

export interface Host {
  element: HTMLElement;
  root: ShadowRoot;
  button: HTMLButtonElement;
}

/**
 * Accent as a fill with its text, contrast 4.5 or more, as the panel does it: mid tones get white text and are darkened
 * as far as that needs, light ones get black. WCAG relative luminance, its gamma taken as 2.2.
 */
function fillOf(color: string): string {
  const linear = (start: number) => (parseInt(color.slice(start, start + 2), 16) / 255) ** 2.2;
  const luminance = 0.21 * linear(1) + 0.72 * linear(3) + 0.07 * linear(5);
  const darkerBy = Math.max(0, 100 - 100 * (0.18 / luminance) ** 0.45);
  const [fill, text] =
    luminance > 0.3 ? [color, "#000"] : [`color-mix(in srgb,${color},#000 ${darkerBy}%)`, "#fff"];
  return `background:var(--foyer-accent,${fill});color:${text}`;
}

/**
 * Creates `<foyer-chat>` with an open shadow root and the launcher in it, as the last child of the root element: there
 * no transformed body moves our fixed boxes, and pages that swap their body keep the widget. A click is the caller's.
 */
export function createHost({ color, position, label, size, name }: LauncherLook): Host {
  const element = document.createElement("foyer-chat");
  const root = element.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  root.adoptedStyleSheets = [sheet];

  const button = document.createElement("button");
  const edge = (side: string) => `${side}:calc(var(--foyer-edge,24px) + env(safe-area-inset-${side}));`;
  button.style.cssText =
    edge(position[0] === "t" ? "top" : "bottom") +
    edge(position[1] === "l" ? "left" : "right") +
    `height:clamp(44px,var(--foyer-launcher-size,${size}px),72px);${fillOf(color)}`;
  button.ariaLabel = label || name;
  button.append(document.createElement("i"), label);
  root.append(button);
  document.documentElement.append(element);
  return { element, root, button };
}
