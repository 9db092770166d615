// Owns one growing markdown text: feeds only what is new to the parser, and shows the plain text when it cannot follow.
import { parser, parser_end, parser_write } from "streaming-markdown";
import type { Parser } from "streaming-markdown";
import { report } from "../report.ts";
import type { Texts } from "../strings.ts";
import { markScrollable } from "./elements.ts";
import { domRenderer, MAX_ADDRESS, Unreadable } from "./renderer.ts";

/** Characters between two looks at what the parser holds back. */
const SLICE = 500;

export class MarkdownStream {
  readonly #root: HTMLElement;
  readonly #texts: Texts;
  #parser: Parser;
  #written = "";
  #mode: "markdown" | "plain" | "ended" = "markdown";

  /** @param root an element this stream alone may fill */
  constructor(root: HTMLElement, texts: Texts) {
    this.#root = root;
    this.#texts = texts;
    this.#parser = this.#freshParser();
  }

  /**
   * Shows the text so far.
   * @param text the whole text; what was shown before is its beginning
   */
  update(text: string): void {
    if (this.#mode === "ended" || !text.startsWith(this.#written)) this.#restart();
    const added = text.slice(this.#written.length);
    this.#written = text;
    if (this.#mode === "plain") this.#root.append(added);
    else this.#guarded(() => this.#feed(added));
  }

  /** Shows the whole text and closes what is still open. Further updates start anew. */
  finish(text: string): void {
    if (this.#mode === "ended" && text === this.#written) return;
    this.update(text);
    if (this.#mode === "markdown") this.#guarded(() => this.#end());
    this.#mode = "ended";
    markScrollable(this.#root);
  }

  #freshParser(): Parser {
    const renderer = domRenderer(this.#root, this.#texts, () => this.#parser);
    return parser(renderer);
  }

  #restart(): void {
    this.#root.replaceChildren();
    this.#root.classList.remove("plain");
    this.#written = "";
    this.#mode = "markdown";
    this.#parser = this.#freshParser();
  }

  #feed(added: string): void {
    for (let at = 0; at < added.length; at += SLICE) {
      parser_write(this.#parser, added.slice(at, at + SLICE));
      if (this.#parser.pending.length > MAX_ADDRESS) throw new Unreadable();
    }
  }

  #end(): void {
    parser_end(this.#parser);
    while (this.#parser.len > 0) {
      this.#parser.len -= 1;
      this.#parser.renderer.end_token(null);
    }
  }

  #guarded(write: () => void): void {
    try {
      write();
    } catch (error) {
      if (!(error instanceof Unreadable)) report("markdown", error);
      this.#mode = "plain";
      this.#root.classList.add("plain");
      this.#root.textContent = this.#written;
    }
  }
}
