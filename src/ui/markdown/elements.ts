// Owns the DOM built for blocks that need more than one element: code with its bar, tables with their scroller.
import type { Texts } from "../strings.ts";

const SVG = "http://www.w3.org/2000/svg";
const SHAPES = {
  copy: "M11 8.5h6a2.5 2.5 0 0 1 2.5 2.5v6a2.5 2.5 0 0 1-2.5 2.5h-6A2.5 2.5 0 0 1 8.5 17v-6A2.5 2.5 0 0 1 11 8.5ZM15.5 5.5A2 2 0 0 0 13.5 3.5H6A2.5 2.5 0 0 0 3.5 6v7.5a2 2 0 0 0 2 2",
  done: "m5 12.5 4.5 4.5L19 7.5",
} as const;
type IconName = keyof typeof SHAPES;

export function create<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  className = "",
): HTMLElementTagNameMap[Name] {
  const element = document.createElement(name);
  if (className !== "") element.className = className;
  return element;
}

function setIcon(button: HTMLElement, name: IconName): void {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", SHAPES[name]);
  svg.append(path);
  button.replaceChildren(svg);
}

function copyButton(source: HTMLElement, texts: Texts): HTMLButtonElement {
  const button = create("button", "tool");
  button.type = "button";
  const show = (label: string, icon: IconName) => {
    button.title = label;
    button.ariaLabel = label;
    setIcon(button, icon);
  };
  const reset = () => show(texts("copy"), "copy");
  reset();
  button.addEventListener("click", () => {
    navigator.clipboard.writeText(source.textContent).then(
      () => show(texts("copied"), "done"),
      // Refused by permission: the button simply stays as it was.
      reset,
    );
  });
  // Leaving the button resets it; a timer would outlive the panel.
  button.addEventListener("pointerleave", reset);
  button.addEventListener("blur", reset);
  return button;
}

/** A code block: language, copy button (where the page may write the clipboard) and the code, which grows downward. */
export function codeBlock(texts: Texts): { block: HTMLElement; language: HTMLElement; code: HTMLElement } {
  const block = create("div", "code");
  const bar = create("div", "bar");
  const language = create("span");
  const scroller = create("pre");
  const code = create("code");
  block.dir = "ltr";
  scroller.dataset["region"] = texts("code_label");
  scroller.append(code);
  bar.append(language);
  if ("clipboard" in navigator && navigator.clipboard !== undefined) bar.append(copyButton(code, texts));
  block.append(bar, scroller);
  return { block, language, code };
}

/** A table in its horizontally scrollable region. */
export function tableRegion(texts: Texts): { region: HTMLElement; table: HTMLElement } {
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
