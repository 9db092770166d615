// Owns the text inside one block: reads it in pieces of any size and writes nodes that are right for what has come, the
// same for any pieces. What cannot be told yet is held back; marks that were never closed become text again at the end.
import { create } from "./elements.ts";
import { readCharacter } from "./entities.ts";
import { flanking } from "./flanking.ts";
import { bareUrlLength, MAX_ADDRESS, readAddress } from "./links.ts";
import {
  AUTOLINK,
  AUTOLINK_BEGUN,
  BARE_URL,
  LABEL,
  LABEL_BEGUN,
  MAX_DEPTH,
  MAX_SPAN,
  NOTE,
  NOTE_BEGUN,
  NUMBERS,
  PLAIN,
} from "./patterns.ts";
import { becomeImage, becomeLink, type Setting } from "./references.ts";
import { isBracket, Spans } from "./spans.ts";

export class Inline {
  readonly #setting: Setting;
  readonly #spans: Spans;
  /** Read, but not decided. */
  #held = "";
  #before = "";
  #count = 0;
  #code = "";
  readonly #preview = new Text();

  constructor(root: HTMLElement, setting: Setting) {
    this.#spans = new Spans(root);
    this.#setting = setting;
  }

  write(text: string): void {
    this.#held += text;
    this.#run(false);
    // A growing address is readable while it cannot be clicked.
    this.#preview.data = BARE_URL.test(this.#held) ? this.#held : "";
    if (this.#preview.data !== "") this.#spans.inner.append(this.#preview);
  }

  /** Closes what is open. Nothing may be written afterwards. */
  end(): void {
    this.#run(true);
    while (this.#spans.open.length > 0) {
      this.#undo();
      this.#run(true);
    }
  }

  #run(isLast: boolean): void {
    this.#preview.remove();
    let at = 0;
    while (at < this.#held.length) {
      const length = this.#step(this.#held, at, isLast);
      if (length === 0) break;
      if (length > 0) {
        at += length;
        this.#count += length;
        this.#before = this.#held[at - 1] ?? "";
      } else {
        this.#held = this.#held.slice(at);
        at = 0;
        this.#undo();
      }
    }
    this.#held = this.#held.slice(at);
    this.#spans.flush();
  }

  /** How many characters were understood; 0 waits for more, -1 says that what is open is no code. */
  #step(text: string, at: number, isLast: boolean): number {
    if (this.#spans.open.at(-1)?.kind === "code") return this.#inCode(text, at, isLast);
    PLAIN.lastIndex = at;
    const plain = PLAIN.exec(text)?.[0];
    if (plain !== undefined) return this.#literal(plain);
    const rest = text.slice(at, at + MAX_ADDRESS);
    const mayGrow = !isLast && rest.length < MAX_ADDRESS;
    switch (text[at]) {
      case "[":
      case "!":
        return this.#bracket(rest, mayGrow);
      case "]":
        return this.#close(rest, mayGrow);
      case "<":
        return this.#autolink(rest, mayGrow);
      case "\\":
      case "&":
        return this.#character(rest, mayGrow);
      case "h":
        return this.#url(rest, mayGrow);
      case "\n":
        this.#spans.add(create("br"));
        return 1;
      default:
        return this.#mark(rest, mayGrow);
    }
  }

  #literal(text: string): number {
    this.#spans.text += text;
    return text.length;
  }

  /** Turns the innermost open mark back into text; what it held is read again if it was code. */
  #undo(): void {
    this.#spans.undo();
    if (this.#code === "") return;
    this.#held = this.#code + this.#held;
    this.#count -= this.#code.length;
    this.#code = "";
    this.#before = "`";
  }

  #mark(rest: string, mayGrow: boolean): number {
    const run = /^(.)\1{0,19}/.exec(rest)?.[0] ?? "";
    const { length } = run;
    if (length === MAX_DEPTH || this.#spans.open.length >= MAX_DEPTH) return this.#literal(run);
    if (length === rest.length && mayGrow) return 0;
    if (run.startsWith("`")) {
      this.#spans.begin("code", run, this.#count);
      return length;
    }
    if (run.startsWith("~") && length !== 2) return this.#literal(run);
    const { canOpen, canClose } = flanking(run, this.#before, rest[length] ?? "");
    let left = canClose ? this.#spans.closeMarks(run, canOpen) : length;
    if (canOpen) left = this.#spans.openMarks(run, left, this.#count);
    this.#spans.text += run.slice(0, left);
    return length;
  }

  #inCode(text: string, at: number, isLast: boolean): number {
    const frame = this.#spans.open.at(-1);
    if (frame === undefined) return -1;
    const mark = text.indexOf("`", at);
    let chunk = text.slice(at, mark < 0 ? undefined : mark);
    if (mark === at) {
      chunk = /^`{1,20}/.exec(text.slice(at, at + MAX_DEPTH))?.[0] ?? "";
      if (at + chunk.length === text.length && chunk.length < MAX_DEPTH && !isLast) return 0;
      if (chunk === frame.mark) {
        this.#spans.text = "";
        const code = this.#code.replaceAll("\n", " ");
        frame.node.textContent = code.replace(/^ ([^]*[^ ][^]*) $/, "$1");
        this.#spans.open.pop();
        this.#code = "";
        return chunk.length;
      }
      if (this.#code.length + chunk.length > MAX_SPAN) return -1;
    }
    chunk = chunk.slice(0, MAX_SPAN - this.#code.length);
    if (chunk === "") return -1;
    this.#code += chunk;
    this.#spans.text += chunk.replaceAll("\n", " ");
    return chunk.length;
  }

  #bracket(rest: string, mayGrow: boolean): number {
    const isImage = rest.startsWith("!");
    if (mayGrow && (isImage ? rest.length === 1 : NOTE_BEGUN.test(rest))) return 0;
    const note = NOTE.exec(rest);
    if (note !== null) {
      const mark = create("sup", "note");
      mark.append(note[1] ?? "");
      this.#spans.add(mark);
      return note[0].length;
    }
    const mark = isImage ? "![" : "[";
    if (!rest.startsWith(mark) || this.#spans.open.length >= MAX_DEPTH)
      return this.#literal(rest.slice(0, 1));
    this.#spans.begin(isImage ? "image" : "link", mark, this.#count);
    return mark.length;
  }

  #close(rest: string, mayGrow: boolean): number {
    const index = this.#spans.open.findLastIndex(isBracket);
    const frame = this.#spans.open[index];
    if (frame === undefined) return this.#literal("]");
    // A bracket that holds a link is no link itself.
    if (this.#count - frame.at > MAX_SPAN || frame.node.querySelector("a") !== null) {
      this.#spans.undoAbove(index - 1);
      return this.#literal("]");
    }
    const after = rest.slice(1);
    if (after === "" && mayGrow) return 0;
    const direct = after.startsWith("(") ? readAddress(after) : "none";
    const label = LABEL.exec(after);
    if (mayGrow && (direct === "more" || (label === null && LABEL_BEGUN.test(after)))) return 0;
    if (direct === "more") {
      // Cut off in its address: nothing of it is a link.
      this.#spans.undoAbove(index - 1);
      return this.#literal(rest);
    }
    this.#spans.undoAbove(index);
    this.#spans.open.pop();
    const isNested = this.#spans.open.some(isBracket);
    const resolve = (address: string) => {
      if (frame.kind === "image" && becomeImage(frame.node, address, this.#setting.imageHosts)) return;
      if (frame.kind === "link" || !isNested) becomeLink(frame.node, address);
    };
    if (typeof direct === "object") {
      resolve(direct.address);
      return direct.length + 1;
    }
    const own = frame.node.textContent;
    const [suffix, name] = label === null || NUMBERS.test(own + label[0]) ? ["", ""] : label;
    this.#setting.references.use(frame.node, frame.mark, name || own, { suffix, resolve });
    return suffix.length + 1;
  }

  #link(text: string, address: string): void {
    const span = create("span");
    span.append(text);
    this.#spans.add(span);
    becomeLink(span, address);
  }

  #autolink(rest: string, mayGrow: boolean): number {
    const [whole, address, mail] = AUTOLINK.exec(rest) ?? [];
    if (whole === undefined) return mayGrow && AUTOLINK_BEGUN.test(rest) ? 0 : this.#literal("<");
    const shown = address ?? mail;
    if (shown === undefined) this.#spans.add(create("br"));
    else if (this.#spans.open.some(isBracket)) this.#spans.text += shown;
    else this.#link(shown, mail === undefined ? shown : `mailto:${mail}`);
    return whole.length;
  }

  #url(rest: string, mayGrow: boolean): number {
    if (/\w/.test(this.#before) || this.#spans.open.some(isBracket)) return this.#literal("h");
    if (mayGrow && "https://".startsWith(rest)) return 0;
    const url = BARE_URL.exec(rest)?.[0];
    if (url === undefined) return this.#literal("h");
    if (mayGrow && url.length === rest.length) return 0;
    const address = url.slice(0, bareUrlLength(url));
    if (url.length === MAX_ADDRESS) return this.#literal(url);
    this.#link(address, address);
    return address.length;
  }

  #character(rest: string, mayGrow: boolean): number {
    const read = readCharacter(rest, mayGrow);
    if (read === null) return 0;
    this.#spans.text += read.text;
    return read.length;
  }
}
