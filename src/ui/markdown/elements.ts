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

/** A code block: a bar with its language, and the code, which grows downward. The tools come with code-tools.ts. */
export function codeBlock(texts: MarkdownTexts, language: string): { block: HTMLElement; code: HTMLElement } {
  const block = create("div", "code");
  const bar = create("div", "bar");
  const scroller = create("pre");
  const code = create("code");
  block.dir = "ltr";
  scroller.dataset["region"] = texts("code_label");
  scroller.append(code);
  bar.appendChild(create("span")).append(language);
  block.append(bar, scroller);
  return { block, code };
}

/** A table in its horizontally scrollable region. */
export function tableRegion(texts: MarkdownTexts): { region: HTMLElement; table: HTMLElement } {
  const region = create("div", "table");
  const table = create("table");
  region.dataset["region"] = texts("table_label");
  region.append(table);
  return { region, table };
}

/** Lets the keyboard scroll what is wider than the panel; measured once the answer stands. */
export function markScrollable(root: HTMLElement): void {
  for (const region of root.querySelectorAll<HTMLElement>("[data-region]")) {
    if (region.scrollWidth <= region.clientWidth) continue;
    region.tabIndex = 0;
    region.role = "region";
    region.ariaLabel = region.dataset["region"] ?? "";
  }
}
