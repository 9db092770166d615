// Owns how labels in square brackets find their address: definitions in the text and the sources of the answer. Either
// may come after the words that refer to it.
import type { Source } from "../../protocol/rich.ts";
import type { MarkdownTexts } from "./texts.ts";
import { create } from "./elements.ts";
import { imageAddress, isMisleading, safeLink, visibleText } from "./links.ts";

export interface Setting {
  texts: MarkdownTexts;
  /** Exact hosts, with their port where there is one, whose images are shown. */
  imageHosts: readonly string[];
  references: References;
}

function visibleLabel(node: Node): void {
  for (const child of node.childNodes) {
    if (child instanceof Text) child.data = visibleText(child.data);
    else visibleLabel(child);
  }
}

/**
 * Makes what stands in `span` a link if the address is safe, and says where it leads if the words say otherwise.
 * @param host "said" where it is told anyway
 */
export function becomeLink(span: HTMLElement, address: string, host?: "said"): void {
  const link = safeLink(address);
  if (link === null) return;
  const anchor = create("a");
  anchor.href = link.href;
  anchor.target = "_blank";
  anchor.rel = "noopener noreferrer nofollow ugc";
  anchor.title = link.destination;
  visibleLabel(span);
  if (span.textContent.trim() === "" && span.querySelector("img") === null)
    span.textContent = link.destination;
  anchor.append(...span.childNodes);
  span.replaceWith(anchor);
  if (host !== "said" && isMisleading(anchor.textContent, link)) anchor.after(` (${link.destination})`);
}

/** Shows an image of an allowed host, at a height of its own so that nothing moves when it arrives. */
export function becomeImage(span: HTMLElement, address: string, hosts: readonly string[]): boolean {
  const src = imageAddress(address, hosts);
  if (src === null) return false;
  const image = create("img");
  image.alt = visibleText(span.textContent);
  image.loading = "lazy";
  image.referrerPolicy = "no-referrer";
  image.src = src;
  span.replaceWith(image);
  return true;
}

function becomeCitation(span: HTMLElement, { title, url }: Source): void {
  const mark = create("sup", "cite");
  span.replaceWith(mark);
  mark.append(span);
  becomeLink(span, url);
  const anchor = mark.querySelector("a");
  if (anchor !== null) anchor.title = `${visibleText(title)} (${anchor.title})`;
}

/** Labels match without regard to case and space. Not a plain object: a label may be "__proto__". */
const keyOf = (label: string): string => label.trim().replace(/\s+/g, " ").toLowerCase();

interface Use {
  /** As written after the first brackets. */
  suffix: string;
  resolve(address: string): void;
}

export class References {
  readonly #addresses = new Map<string, string>();
  readonly #sources = new Map<string, Source>();
  readonly #waiting = new Map<string, (() => void)[]>();

  /** The first definition of a label counts. */
  define(label: string, address: string): void {
    const key = keyOf(label);
    if (!this.#addresses.has(key)) this.#addresses.set(key, address);
    this.#settle(key);
  }

  /** The text names a source by its place in the list, `[1]`. */
  setSources(sources: readonly Source[]): void {
    sources.forEach((source, index) => {
      const key = String(index + 1);
      if (!this.#sources.has(key)) this.#sources.set(key, source);
      this.#settle(key);
    });
  }

  /**
   * Calls `resolve` with the address of a label, now or when it becomes known. Until then the brackets stand around the
   * words as they were written.
   * @param span what stood in the first brackets
   * @param mark the first bracket
   * @param label in the second brackets, or that of the first
   */
  use(span: HTMLElement, mark: string, label: string, { suffix, resolve }: Use): void {
    const key = keyOf(label);
    const begin = new Text(mark);
    const end = new Text(`]${suffix}`);
    span.prepend(begin);
    span.append(end);
    const waiting = this.#waiting.get(key) ?? [];
    this.#waiting.set(key, waiting);
    waiting.push(() => {
      // Inside another link, which alone may be clicked.
      if (span.closest("a") !== null) return;
      begin.remove();
      end.remove();
      const source = this.#sources.get(key);
      if (source === undefined) resolve(this.#addresses.get(key) ?? "");
      else becomeCitation(span, source);
    });
    this.#settle(key);
  }

  #settle(key: string): void {
    if (!this.#addresses.has(key) && !this.#sources.has(key)) return;
    const waiting = this.#waiting.get(key) ?? [];
    this.#waiting.delete(key);
    for (const resolve of waiting) resolve();
  }
}
