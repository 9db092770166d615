// Owns what a code block offers: copying and wrapping. Comes with the first code block, and takes nothing from the
// parts that are there by then, which would grow by their export.
import type { MarkdownTexts } from "./texts.ts";

const SVG = "http://www.w3.org/2000/svg";
const SHAPES = {
  copy: "M11 8.5h6a2.5 2.5 0 0 1 2.5 2.5v6a2.5 2.5 0 0 1-2.5 2.5h-6A2.5 2.5 0 0 1 8.5 17v-6A2.5 2.5 0 0 1 11 8.5ZM15.5 5.5A2 2 0 0 0 13.5 3.5H6A2.5 2.5 0 0 0 3.5 6v7.5a2 2 0 0 0 2 2",
  done: "m5 12.5 4.5 4.5L19 7.5",
  wrap: "M4 6h16M4 12h12.5a3 3 0 0 1 0 6H12m2.5-2.5L12 18l2.5 2.5M4 18h3.500",
} as const;
type IconName = keyof typeof SHAPES;

function face(button: HTMLElement, label: string, name: IconName): void {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", SHAPES[name]);
  svg.append(path);
  button.title = label;
  button.ariaLabel = label;
  button.replaceChildren(svg);
}

function tool(bar: HTMLElement, onClick: (button: HTMLButtonElement) => void): HTMLButtonElement {
  const button = bar.appendChild(document.createElement("button"));
  button.className = "tool";
  button.type = "button";
  button.addEventListener("click", () => onClick(button));
  return button;
}

function addCopy(bar: HTMLElement, source: HTMLElement, texts: MarkdownTexts): void {
  const reset = () => face(button, texts("copy"), "copy");
  const button = tool(bar, () => {
    // Absent on pages without https, refused by some policies: then the visitor is told to select it by hand.
    const copied = navigator.clipboard?.writeText(source.textContent) ?? Promise.reject(new Error());
    copied.then(
      () => face(button, texts("copied"), "done"),
      () => {
        getSelection()?.selectAllChildren(source);
        face(button, texts("copy_by_hand"), "copy");
        button.append(texts("copy_by_hand"));
      },
    );
  });
  reset();
  // Leaving the button resets it; a timer would outlive the panel.
  button.addEventListener("pointerleave", reset);
  button.addEventListener("blur", reset);
}

function addWrap(bar: HTMLElement, block: HTMLElement, texts: MarkdownTexts): void {
  const button = tool(bar, () => {
    button.ariaPressed = String(block.classList.toggle("wrapped"));
  });
  button.ariaPressed = "false";
  face(button, texts("wrap"), "wrap");
}

/** Adds the tools to a block that `codeBlock` made. */
export function addTools(block: HTMLElement, texts: MarkdownTexts): void {
  const bar = block.querySelector<HTMLElement>(".bar");
  const code = block.querySelector<HTMLElement>("pre > code");
  if (bar === null || code === null) return;
  addWrap(bar, block, texts);
  addCopy(bar, code, texts);
}

export { highlight } from "./highlight.ts";
