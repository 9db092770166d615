// Owns one growing markdown text: gives the parser only what is new, and shows the plain text should it ever fail.
import type { WidgetConfig } from "../../protocol/config.ts";
import type { Source } from "../../protocol/rich.ts";
import { report } from "../report.ts";
import { markdownTexts, type MarkdownTexts } from "./texts.ts";
import css from "../markdown.css?inline";
import { Blocks } from "./blocks.ts";
import { settleRegions } from "./elements.ts";
import { honestText } from "./links.ts";
import { References, type Setting } from "./references.ts";
import { sourceList } from "./sources.ts";

let sheet: CSSStyleSheet | null = null;

/** The styles come with this part, once per shadow root. */
function adoptStyles(element: HTMLElement): void {
  const root = element.getRootNode();
  if (!(root instanceof ShadowRoot)) return;
  if (sheet === null) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
  }
  if (!root.adoptedStyleSheets.includes(sheet)) root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
}

export interface StreamOptions {
  wording: MarkdownTexts;
  /** Exact hosts, with their port where there is one, whose images are shown. @default [] */
  imageHosts?: readonly string[];
  /** Is told what made the parser fail; the text is shown as it was written. */
  onBug(error: unknown): void;
}

export class MarkdownStream {
  readonly #root: HTMLElement;
  readonly #options: StreamOptions;
  #blocks: Blocks;
  #setting: Setting;
  #sources: readonly Source[] = [];
  #list: HTMLElement | null = null;
  #written = "";
  #mode: "markdown" | "plain" | "ended" = "markdown";

  /** @param root an element this stream alone may fill */
  constructor(root: HTMLElement, options: StreamOptions) {
    this.#root = root;
    this.#options = options;
    adoptStyles(root);
    this.#setting = this.#newSetting();
    this.#blocks = new Blocks(root, this.#setting);
    this.#clear();
  }

  /**
   * Shows the text so far; of a block that is long already a little less, until it is worth a write.
   * @param text the whole text; what was shown before is its beginning
   */
  update(text: string, isWhole = false): void {
    if (this.#mode === "ended" || !text.startsWith(this.#written)) this.#restart();
    const added = text.slice(this.#written.length);
    // What begins anew is shown at once.
    if (!isWhole && added.length < this.#blocks.leastWrite && !added.includes("\n\n")) return;
    this.#written = text;
    if (this.#mode === "plain") this.#root.append(added);
    else this.#guarded(() => this.#blocks.write(honestText(added)));
  }

  /** Shows the whole text and closes what is still open. Further updates start anew. */
  finish(text: string): void {
    if (this.#mode === "ended" && text === this.#written) return;
    this.update(text, true);
    if (this.#mode === "markdown") this.#guarded(() => this.#blocks.end());
    this.#mode = "ended";
    this.#showSources();
    settleRegions(this.#root);
  }

  /** Makes `[1]` in the text a link to the first source, wherever it stands, and lists all below a finished text. */
  setSources(sources: readonly Source[]): void {
    if (sources === this.#sources) return;
    this.#sources = sources;
    this.#setting.references.setSources(sources);
    if (this.#mode === "ended") this.#showSources();
  }

  #showSources(): void {
    this.#list?.remove();
    this.#list = this.#sources.length === 0 ? null : sourceList(this.#sources, this.#options.wording);
    if (this.#list !== null) this.#root.append(this.#list);
  }

  #newSetting(): Setting {
    const { wording: texts, imageHosts = [] } = this.#options;
    return { texts, imageHosts, references: new References() };
  }

  #clear(): void {
    this.#root.replaceChildren();
    this.#root.classList.remove("plain");
  }

  #restart(): void {
    this.#clear();
    this.#written = "";
    this.#mode = "markdown";
    this.#setting = this.#newSetting();
    this.#setting.references.setSources(this.#sources);
    this.#blocks = new Blocks(this.#root, this.#setting);
  }

  #guarded(write: () => void): void {
    try {
      write();
    } catch (error) {
      this.#options.onBug(error);
      this.#mode = "plain";
      this.#root.classList.add("plain");
      this.#root.textContent = this.#written;
    }
  }
}

export interface Writer {
  /** @param sources what `[1]` refers to; listed below the finished text */
  show(text: string, isGrowing: boolean, sources: readonly Source[]): void;
  end(): void;
}

/** Shows markdown that may still grow: one write per animation frame, the first and the last at once. */
export function createWriter(box: HTMLElement, { strings, branding }: WidgetConfig): Writer {
  const stream = new MarkdownStream(box, {
    wording: markdownTexts(strings),
    imageHosts: branding.image_hosts,
    onBug: (error) => report("markdown", error),
  });
  let frame = 0;
  let latest = "";
  let isFirst = true;
  return {
    show(text, isGrowing, sources) {
      latest = text;
      stream.setSources(sources);
      if (!isGrowing) {
        cancelAnimationFrame(frame);
        frame = 0;
        stream.finish(text);
      } else if (isFirst) {
        stream.update(text);
      } else if (frame === 0) {
        frame = requestAnimationFrame(() => {
          frame = 0;
          stream.update(latest);
        });
      }
      isFirst = false;
    },
    end: () => cancelAnimationFrame(frame),
  };
}
