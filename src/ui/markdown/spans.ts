// Owns the nodes inside one block that are still open, and the text on its way into the innermost. Reads no markdown.
import { addText, create } from "./elements.ts";

export interface Span {
  kind: "em" | "strong" | "s" | "code" | "link" | "image";
  node: HTMLElement;
  /** As written; put back when it is never closed. */
  mark: string;
  /** How many characters of the block stood before it. */
  at: number;
}

const TAGS = { em: "em", strong: "strong", s: "s", code: "code", link: "span", image: "span" } as const;

export const isBracket = ({ kind }: Span): boolean => kind === "link" || kind === "image";

export class Spans {
  /** Outermost first. */
  readonly open: Span[] = [];
  /** Not yet written into the innermost node. */
  text = "";
  readonly #root: HTMLElement;

  constructor(root: HTMLElement) {
    this.#root = root;
  }

  get inner(): HTMLElement {
    return this.open.at(-1)?.node ?? this.#root;
  }

  flush(): void {
    if (this.text !== "") addText(this.inner, this.text);
    this.text = "";
  }

  add(node: Node): void {
    this.flush();
    this.inner.append(node);
  }

  begin(kind: Span["kind"], mark: string, at: number): void {
    const node = create(TAGS[kind]);
    this.add(node);
    this.open.push({ kind, node, mark, at });
  }

  /** Turns the innermost back into text. What stood in code is gone: it is to be read again. */
  undo(): void {
    this.flush();
    const span = this.open.pop();
    if (span === undefined) return;
    const { node, mark, kind } = span;
    if (kind === "code") {
      node.remove();
      addText(this.inner, mark);
    } else {
      node.before(mark);
      while (node.firstChild !== null) node.before(node.firstChild);
      node.remove();
    }
  }

  /** Ends what is open further in than `index`. */
  undoAbove(index: number): void {
    while (this.open.length > index + 1) this.undo();
    this.flush();
  }

  /** Opens what is left of a run of marks; answers how many are text. */
  openMarks(run: string, left: number, at: number): number {
    if (run.startsWith("~")) {
      if (left === 2) this.begin("s", run, at);
      return left % 2;
    }
    if (left % 2 === 1) this.begin("em", run.slice(0, 1), at);
    for (let pairs = left >> 1; pairs > 0; pairs -= 1) this.begin("strong", run.slice(0, 2), at);
    return 0;
  }

  /** Closes what a run of marks can close, up to the bracket it stands in; answers how many marks are left. */
  closeMarks(run: string, canOpen: boolean): number {
    let left = run.length;
    while (left > 0) {
      const fitting = this.#openerOf((mark) => mark === run.slice(0, left));
      const index =
        fitting < 0 && !canOpen
          ? this.#openerOf((mark) => mark.length < left && mark[0] === run[0])
          : fitting;
      const span = this.open[index];
      if (span === undefined) break;
      this.undoAbove(index);
      this.open.pop();
      left -= span.mark.length;
    }
    return left;
  }

  /** The innermost open mark like this, not looking out of a bracket; -1 if there is none. */
  #openerOf(isLike: (mark: string) => boolean): number {
    const index = this.open.findLastIndex((span) => isBracket(span) || isLike(span.mark));
    const span = this.open[index];
    return span === undefined || isBracket(span) ? -1 : index;
  }
}
