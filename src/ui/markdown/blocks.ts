// Owns the blocks of one text: reads it in pieces of any size and builds nodes below a root, each once. Lines that
// cannot be told from their beginning are held back until they can.
import type { Block, Open, TextBlock } from "./block.ts";
import { CodeText } from "./code-text.ts";
import { create } from "./elements.ts";
import { Inline } from "./inline.ts";
import { expandTabs, MAX_LINE, readLine, type Container, type Leaf, type Line } from "./lines.ts";
import type { Setting } from "./references.ts";
import { alignmentsOf, Table } from "./table.ts";

/** Blocks side by side; more are put into parts of as many, so that a long answer costs no more layout than a short one. */
const PART = 32;

export class Blocks {
  readonly #root: HTMLElement;
  /** Where blocks that stand in nothing go. */
  #part: HTMLElement;
  readonly #setting: Setting;
  readonly #open: Open[] = [];
  #block: Block | null = null;
  /** A line in pipes that is the head of a table if the next line says so. */
  #head: string | null = null;
  /** What of the current line is not read yet. */
  #line = "";
  /** The beginning of the current line is read; the rest belongs to the block. */
  #isInLine = false;
  /** Characters since the last block that stands in nothing began: all that a browser lays out anew for the next. */
  #size = 0;

  constructor(root: HTMLElement, setting: Setting) {
    this.#root = root;
    this.#part = root;
    this.#setting = setting;
  }

  /** Less than this is not worth a write: a long list, table or paragraph would cost more with each. Code is in parts. */
  get leastWrite(): number {
    return this.#block?.kind === "code" ? 0 : this.#size / 128;
  }

  write(text: string): void {
    this.#size += text.length;
    let from = 0;
    for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", from)) {
      this.#read(text.slice(from, end), true);
      from = end + 1;
    }
    if (from < text.length) this.#read(text.slice(from), false);
  }

  /** Closes everything. Nothing may be written afterwards. */
  end(): void {
    if (this.#line !== "" || this.#isInLine) this.#read("", true);
    this.#giveUpHead();
    this.#closeBlock();
  }

  /** Takes more of the current line. */
  #read(piece: string, isEnd: boolean): void {
    if (this.#isInLine) {
      this.#content(this.#block?.kind === "code" ? piece : expandTabs(piece), isEnd);
    } else {
      this.#line += piece;
      const line = readLine(this.#line, isEnd, {
        containers: this.#open.map(({ container }) => container),
        isText: this.#block?.kind === "text",
        isCode: this.#block?.kind === "code",
        isTable: this.#block?.kind === "table",
      });
      if (line === "more") return;
      this.#isInLine = true;
      const isWhole = isEnd && this.#line.length <= MAX_LINE;
      this.#line = "";
      if (this.#begin(line, isWhole)) this.#content(line.rest, isEnd);
    }
    if (!isEnd) return;
    this.#isInLine = false;
    if (this.#block?.kind === "heading") this.#closeBlock();
  }

  /** Opens what a line opens; answers whether what remains of the line is content. */
  #begin({ depth, opened, leaf, task, rest }: Line, isWhole: boolean): boolean {
    const isAll = depth === this.#open.length && opened.length === 0;
    if (isAll && this.#block?.kind === "code") return true;
    if (isAll && isWhole && (leaf.kind === "row" || leaf.kind === "text")) {
      if (this.#beginTable(rest)) return false;
      if (this.#block?.kind === "table" && rest.includes("|")) {
        this.#block.table.add(rest);
        return false;
      }
    }
    this.#giveUpHead();
    const isInText = this.#block?.kind === "text" && opened.length === 0;
    if (this.#block?.kind === "text" && isInText && leaf.kind === "text") {
      // Also without the marks of the quote or item it stands in.
      this.#block.inline.write("\n");
      this.#block.line = null;
      return true;
    }
    if (!(isInText && isAll && leaf.kind === "row")) this.#closeBlock();
    this.#open.length = depth;
    for (const container of opened) this.#enter(container);
    if (task !== null) {
      const box = create("span", "check");
      box.textContent = task === "x" ? "☑" : "☐";
      this.#append(box);
    }
    return this.#beginLeaf(leaf, rest);
  }

  #beginLeaf(leaf: Leaf, rest: string): boolean {
    switch (leaf.kind) {
      case "blank":
        return false;
      case "rule":
        this.#append(create("hr"));
        return false;
      case "definition":
        this.#setting.references.define(leaf.label, leaf.address);
        return false;
      case "row":
        this.#head = rest;
        return false;
      case "fence": {
        const code = new CodeText(leaf, this.#setting.texts);
        this.#append(code.block);
        this.#block = { kind: "code", code };
        return false;
      }
      case "heading":
        // Below the panel's own level, and flat: agents start at any level, and an outline must not skip one.
        this.#beginText(this.#append(create(leaf.level < 4 ? "h3" : "h4")), "heading");
        return true;
      case "note": {
        const note = this.#append(create("p", "note"));
        const mark = note.appendChild(create("sup"));
        mark.append(leaf.label);
        note.append(" ");
        this.#beginText(note, "text");
        return true;
      }
      case "text":
        this.#beginParagraph();
        return true;
    }
  }

  get #node(): HTMLElement {
    return this.#open.at(-1)?.node ?? this.#part;
  }

  #append<Node extends HTMLElement>(node: Node): Node {
    if (this.#open.length === 0) {
      this.#size = 0;
      if (this.#part.childElementCount >= PART) this.#part = this.#root.appendChild(create("div", "part"));
    }
    this.#node.append(node);
    return node;
  }

  #enter(container: Container): void {
    let node: HTMLElement;
    if (container.kind === "quote") {
      node = this.#append(create("blockquote"));
    } else {
      const name = container.start === null ? "ul" : "ol";
      let list = this.#node.lastElementChild;
      if (list?.localName !== name) {
        list = this.#append(create(name));
        if (container.start !== null && container.start !== 1)
          list.setAttribute("start", String(container.start));
      }
      node = list.appendChild(create("li"));
    }
    this.#open.push({ container, node });
  }

  #beginText(node: HTMLElement, kind: TextBlock["kind"]): TextBlock {
    const line = node.localName === "p" && node.childNodes.length === 0 ? "" : null;
    const block = { kind, node, inline: new Inline(node, this.#setting), line, held: "" };
    this.#block = block;
    return block;
  }

  /** The first paragraph of a list item is the item itself, so that nothing moves when another follows. */
  #beginParagraph(): TextBlock {
    const node = this.#node;
    const isFresh =
      node.localName === "li" && (node.lastChild === null || node.lastElementChild?.className === "check");
    return this.#beginText(isFresh ? node : this.#append(create("p")), "text");
  }

  #beginTable(line: string): boolean {
    const text = this.#block?.kind === "text" ? this.#block : null;
    const head = this.#head ?? text?.line ?? "";
    const columns = alignmentsOf(line, head);
    if (columns === null) return false;
    if (this.#head === null) text?.node.remove();
    else this.#closeBlock();
    this.#head = null;
    const table = new Table(head, columns, this.#setting);
    this.#append(table.region);
    this.#block = { kind: "table", table };
    return true;
  }

  /** The line in pipes was no head: it is text. */
  #giveUpHead(): void {
    const line = this.#head;
    if (line === null) return;
    this.#head = null;
    let text = line.trimStart();
    if (this.#block?.kind === "text") text = `\n${text}`;
    const block = this.#block?.kind === "text" ? this.#block : this.#beginParagraph();
    block.inline.write(text);
    block.line = null;
  }

  #closeBlock(): void {
    const block = this.#block;
    this.#block = null;
    if (block?.kind === "code") block.code.end();
    else if (block?.kind === "text") block.inline.end();
    else if (block?.kind === "heading") {
      // What is left of the closing mark: hashes that no space sets off are text.
      block.inline.write(block.held.split(" ", 1)[0] ?? "");
      block.inline.end();
    }
  }

  #content(piece: string, isEnd: boolean): void {
    const block = this.#block;
    if (block?.kind === "code") {
      if (block.code.write(piece, isEnd)) this.#closeBlock();
    } else if (block?.kind === "text") {
      block.inline.write(piece);
      if (block.line !== null) block.line = block.line.length > MAX_LINE ? null : block.line + piece;
    } else if (block?.kind === "heading") {
      let end = piece.length;
      while (end > 0 && " #".includes(piece[end - 1] ?? "")) end -= 1;
      if (end === 0) {
        block.held += piece;
      } else {
        block.inline.write(block.held + piece.slice(0, end));
        block.held = piece.slice(end);
      }
    }
  }
}
