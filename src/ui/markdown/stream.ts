// Owns one growing markdown text: feeds only what is new to the parser, and shows the plain text when it cannot follow.
import { parser, parser_end, parser_write } from "streaming-markdown";
import type { Parser } from "streaming-markdown";
import type { Texts } from "../strings.ts";
import css from "../markdown.css?inline";
import { markScrollable } from "./elements.ts";
import { domRenderer, MAX_ADDRESS, Unreadable } from "./renderer.ts";

/** Characters between two looks at what the parser holds back. */
const SLICE = 500;

let sheet: CSSStyleSheet | null = null;

/** The styles come with this part, once per shadow root; the panel removes them with its own. */
function adoptStyles(element: HTMLElement): void {
  const root = element.getRootNode();
  if (!(root instanceof ShadowRoot)) return;
  if (sheet === null) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
  }
  if (!root.adoptedStyleSheets.includes(sheet)) root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
}

export class MarkdownStream {
  readonly #root: HTMLElement;
  readonly #texts: Texts;
  readonly #onBug: (error: unknown) => void;
  #parser: Parser;
  #written = "";
  #mode: "markdown" | "plain" | "ended" = "markdown";

  /**
   * @param root an element this stream alone may fill
   * @param onBug is told what made the parser fail, other than input not worth following
   */
  constructor(root: HTMLElement, texts: Texts, onBug: (error: unknown) => void) {
    this.#root = root;
    this.#texts = texts;
    this.#onBug = onBug;
    adoptStyles(root);
    this.#parser = this.#restart();
  }

  /**
   * Shows the text so far.
   * @param text the whole text; what was shown before is its beginning
   */
  update(text: string): void {
    if (this.#mode === "ended" || !text.startsWith(this.#written)) this.#parser = this.#restart();
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

  /** Empties the element and returns the parser that fills it anew. */
  #restart(): Parser {
    this.#root.replaceChildren();
    this.#root.classList.remove("plain");
    this.#written = "";
    this.#mode = "markdown";
    return parser(domRenderer(this.#root, this.#texts, () => this.#parser));
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
      if (!(error instanceof Unreadable)) this.#onBug(error);
      this.#mode = "plain";
      this.#root.classList.add("plain");
      this.#root.textContent = this.#written;
    }
  }
}
