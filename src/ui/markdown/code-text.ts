// Owns one fenced code block: its lines as they come, the fence that ends it, and colours once it has ended.
import type { MarkdownTexts } from "./texts.ts";
import { addText, codeBlock, create } from "./elements.ts";
import { visibleText } from "./links.ts";

/** Loaded with the first code block; without it code has no tools and no colours. */
const loadTools = () => import("./code-tools.ts").catch(() => null);

/** Lines in one element: layout of a long block stays as cheap as that of a short one. */
const LINES = 32;
/** A longer line is not the fence. */
const MAX_FENCE = 100;
/** Characters; longer code stays plain, colouring it would be felt. */
const MAX_COLOURED = 20_000;

export class CodeText {
  readonly block: HTMLElement;
  readonly #code: HTMLElement;
  readonly #fence: string;
  readonly #indent: RegExp;
  readonly #language: string;
  #part: HTMLElement | null = null;
  #lines = 0;
  /** The beginning of a line that may be the fence. */
  #head: string | null = "";

  constructor(
    { fence, indent, language }: { fence: string; indent: number; language: string },
    texts: MarkdownTexts,
  ) {
    this.#language = visibleText(language).slice(0, 24);
    const { block, code } = codeBlock(texts, this.#language);
    this.block = block;
    void loadTools().then((tools) => tools?.addTools(block, texts));
    this.#code = code;
    this.#fence = fence;
    this.#indent = new RegExp(`^ {0,${indent}}`);
  }

  /** Takes more of the current line; answers whether it was the fence. */
  write(piece: string, isEnd: boolean): boolean {
    if (this.#head === null) {
      this.#append(piece);
    } else {
      const head = this.#head + piece;
      const mayBeFence = head.length <= MAX_FENCE && /^ *[`~]* *$/.test(head);
      this.#head = head;
      if (mayBeFence && !isEnd) return false;
      const mark = head.trim();
      if (mayBeFence && mark.length >= this.#fence.length && mark.startsWith(this.#fence)) return true;
      this.#beginLine();
      this.#append(head.replace(this.#indent, ""));
      this.#head = null;
    }
    if (isEnd) this.#head = "";
    return false;
  }

  end(): void {
    const code = this.#code;
    if (this.#language === "" || code.textContent.length > MAX_COLOURED) return;
    void loadTools().then((tools) => tools?.highlight(code, this.#language));
  }

  #beginLine(): void {
    if (this.#lines > 0) this.#append("\n");
    if (this.#lines % LINES === 0) this.#part = this.#code.appendChild(create("span"));
    this.#lines += 1;
  }

  #append(text: string): void {
    if (this.#part !== null) addText(this.#part, text);
  }
}
