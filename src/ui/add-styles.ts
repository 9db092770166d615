// Owns the styles of parts that are loaded later: once per shadow root.

const styled = new WeakMap<Node, Set<string>>();

/** @param element in the shadow root that the styles are for */
export function addStyles(element: Node, css: string): void {
  const root = element.getRootNode();
  const known = styled.get(root) ?? new Set();
  if (!(root instanceof ShadowRoot) || known.has(css)) return;
  styled.set(root, known.add(css));
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
}
