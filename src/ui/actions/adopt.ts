// Owns bringing the styles of the actions into the panel's shadow root, once; the panel removes them with its own.
import css from "./actions.css?inline";

let sheet: CSSStyleSheet | null = null;

export function adoptActionStyles(element: HTMLElement): void {
  const root = element.getRootNode();
  if (!(root instanceof ShadowRoot)) return;
  if (sheet === null) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
  }
  if (!root.adoptedStyleSheets.includes(sheet)) root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
}
