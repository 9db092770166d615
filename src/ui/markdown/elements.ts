// Owns the DOM of blocks that need more than one element: code with its bar, tables with their scroller.
import type { MarkdownTexts } from "./texts.ts";

export function create<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  className = "",
): HTMLElementTagNameMap[Name] {
  const element = document.createElement(name);
  if (className !== "") element.className = className;
  return element;
}

/** Writes at the end of a node, into its last text node where there is one: a letter cut in two becomes whole. */
export function addText(node: Node, text: string): void {
  const last = node.lastChild;
  if (last instanceof Text) last.appendData(text);
  else if (text !== "") node.appendChild(document.createTextNode(text));
}

/** Lets the keyboard scroll it, also while it grows: how wide it is then would cost a look at each piece. */
function makeRegion(element: HTMLElement, label: string): void {
  element.tabIndex = 0;
  element.role = "region";
  element.ariaLabel = label;
}

/** A code block: a bar with its language, and the code, which grows downward. The tools come with code-tools.ts. */
export function codeBlock(texts: MarkdownTexts, language: string): { block: HTMLElement; code: HTMLElement } {
  const block = create("div", "code");
  const bar = create("div", "bar");
  const scroller = create("pre");
  const code = create("code");
  block.dir = "ltr";
  makeRegion(scroller, texts("code_label"));
  scroller.append(code);
  bar.appendChild(create("span")).append(language);
  block.append(bar, scroller);
  return { block, code };
}

/** A table in its horizontally scrollable region. */
export function tableRegion(texts: MarkdownTexts): { region: HTMLElement; table: HTMLElement } {
  const region = create("div", "table");
  const table = create("table");
  makeRegion(region, texts("table_label"));
  region.append(table);
  return { region, table };
}

/** Once the answer stands, only what is wider than the panel stays a stop of the keyboard. */
export function settleRegions(root: HTMLElement): void {
  for (const region of root.querySelectorAll<HTMLElement>("[role=region]")) {
    if (region.scrollWidth > region.clientWidth) continue;
    // Without the attribute it would lose the focus.
    if (region.matches(":focus")) region.tabIndex = -1;
    else region.removeAttribute("tabindex");
    region.role = region.ariaLabel = null;
  }
}
