// Owns how markdown tokens become DOM nodes. Text only ever becomes text nodes; addresses pass the policy of links.ts.
import * as smd from "streaming-markdown";
import type { Parser, Renderer, Token } from "streaming-markdown";
import type { Texts } from "../strings.ts";
import { codeBlock, create, tableRegion } from "./elements.ts";
import { isMisleading, safeLink, splitBareUrl, visibleText, type SafeLink } from "./links.ts";

/** The parser keeps 24 open tokens; deeper input would silently corrupt its state. */
const MAX_DEPTH = 20;

/** An address longer than this is no address; reading on would cost quadratic time. */
export const MAX_ADDRESS = 2500;

/** The input is not worth following: nested too deep, or an address without end. */
export class Unreadable extends Error {}

interface Frame {
  token: Token;
  node: HTMLElement;
  /** Address, language or list start, once the parser knows it. */
  attribute?: string;
}

const PLAIN_TAGS: Partial<Record<Token, keyof HTMLElementTagNameMap>> = {
  [smd.PARAGRAPH]: "p",
  [smd.BLOCKQUOTE]: "blockquote",
  [smd.LINE_BREAK]: "br",
  [smd.RULE]: "hr",
  // Below the panel's own level, and flat: agents start at any level, and an outline must not skip one.
  [smd.HEADING_1]: "h3",
  [smd.HEADING_2]: "h3",
  [smd.HEADING_3]: "h3",
  [smd.HEADING_4]: "h4",
  [smd.HEADING_5]: "h4",
  [smd.HEADING_6]: "h4",
  [smd.ITALIC_AST]: "em",
  [smd.ITALIC_UND]: "em",
  [smd.STRONG_AST]: "strong",
  [smd.STRONG_UND]: "strong",
  [smd.STRIKE]: "s",
  [smd.CODE_INLINE]: "code",
  [smd.EQUATION_INLINE]: "code",
  [smd.LIST_UNORDERED]: "ul",
  [smd.LIST_ORDERED]: "ol",
  [smd.LIST_ITEM]: "li",
};
const NUMERIC_CELL = /^[\s\p{Sc}\d.,%+−–-]*\d[\s\p{Sc}\d.,%]*$/u;

const isLink = (token: Token): boolean => token === smd.LINK || token === smd.IMAGE || token === smd.RAW_URL;

function addText(node: Node, text: string): void {
  const last = node.lastChild;
  // One growing text node: a character split over two chunks stays whole.
  if (last instanceof Text) last.appendData(text);
  else node.appendChild(document.createTextNode(text));
}

function tableRow(table: HTMLElement): HTMLElement {
  const section = create(table.childElementCount === 0 ? "thead" : "tbody");
  const home = table.childElementCount < 2 ? table.appendChild(section) : (table.lastElementChild ?? table);
  return home.appendChild(create("tr"));
}

function open(parent: HTMLElement, token: Token, texts: Texts): HTMLElement {
  if (isLink(token)) return parent.appendChild(create("span"));
  switch (token) {
    case smd.CODE_BLOCK:
    case smd.CODE_FENCE:
    case smd.EQUATION_BLOCK: {
      const { block, code } = codeBlock(texts);
      parent.append(block);
      return code;
    }
    case smd.TABLE: {
      const { region, table } = tableRegion(texts);
      parent.append(region);
      return table;
    }
    case smd.TABLE_ROW:
      return tableRow(parent);
    case smd.TABLE_CELL:
      return parent.appendChild(create(parent.parentElement?.tagName === "THEAD" ? "th" : "td"));
    case smd.CHECKBOX: {
      const box = parent.appendChild(create("span", "check"));
      box.textContent = "☐";
      return box;
    }
    default:
      return parent.appendChild(create(PLAIN_TAGS[token] ?? "span"));
  }
}

function becomeLink(span: HTMLElement, link: SafeLink): void {
  const anchor = create("a");
  anchor.href = link.href;
  anchor.target = "_blank";
  anchor.rel = "noopener noreferrer nofollow ugc";
  anchor.title = link.destination;
  if (span.textContent === "") span.textContent = link.destination;
  const label = span.textContent;
  anchor.append(...span.childNodes);
  span.replaceWith(anchor);
  if (isMisleading(label, link)) anchor.after(` (${link.destination})`);
}

function closeBareUrl(span: HTMLElement): void {
  const [address, rest] = splitBareUrl(span.textContent);
  const link = safeLink(address);
  span.textContent = address;
  span.after(rest);
  if (link !== null) becomeLink(span, link);
}

/**
 * Links and images: a complete safe address makes the text a link, nothing is ever fetched. Brackets that turn out
 * to be no link are put back as they were written.
 * @param isNested inside another link, which alone may be clicked
 */
function closeLink({ token, node, attribute }: Frame, parser: Parser, isNested: boolean): void {
  if (token === smd.RAW_URL) return closeBareUrl(node);
  if (attribute === undefined) {
    node.prepend(token === smd.IMAGE ? "![" : "[");
    // The parser holds unread "]" when the bracket was closed, and "](address" when the text ended in an address.
    const isCut = parser.pending.startsWith("](");
    node.append(isCut ? parser.pending.trimEnd() : parser.pending.slice(0, 1).replace(/[^\]]/, ""));
    if (isCut) parser.pending = "";
    return;
  }
  const link = isNested ? null : safeLink(attribute);
  if (link !== null) becomeLink(node, link);
}

function closeCell(cell: HTMLElement): void {
  if (cell.tagName !== "TD" || !NUMERIC_CELL.test(cell.textContent)) return;
  cell.className = "number";
  const column = [...(cell.parentElement?.children ?? [])].indexOf(cell);
  cell.closest("table")?.querySelectorAll("th")[column]?.classList.add("number");
}

function setAttribute(frame: Frame, value: string): void {
  frame.attribute = value;
  if (frame.token === smd.CHECKBOX) frame.node.textContent = "☑";
  if (frame.token === smd.LIST_ORDERED) frame.node.setAttribute("start", value);
  if (frame.token === smd.CODE_FENCE) {
    const label = frame.node.closest(".code")?.querySelector(".bar > span");
    label?.append(visibleText(value).trim().slice(0, 24));
  }
}

/**
 * A renderer that writes below `root`.
 * @param parser gives the parser that uses this renderer
 * @throws Unreadable when the input nests deeper than the parser can follow, or holds an endless address
 */
export function domRenderer(root: HTMLElement, texts: Texts, parser: () => Parser): Renderer<null> {
  const frames: Frame[] = [{ token: smd.DOCUMENT, node: root }];
  const top = (): Frame => frames[frames.length - 1] ?? { token: smd.DOCUMENT, node: root };
  const isInLink = () => frames.some((frame) => isLink(frame.token));
  return {
    data: null,
    add_token(_data, token) {
      if (frames.length > MAX_DEPTH) throw new Unreadable();
      frames.push({ token, node: open(top().node, token, texts) });
    },
    end_token() {
      const frame = frames.length > 1 ? frames.pop() : undefined;
      if (frame === undefined) return;
      if (isLink(frame.token)) closeLink(frame, parser(), isInLink());
      if (frame.token === smd.TABLE_CELL) closeCell(frame.node);
    },
    add_text(_data, text) {
      // Inside a link, also inside its bold parts, nothing invisible may change how it reads.
      addText(top().node, isInLink() ? visibleText(text) : text);
    },
    set_attr(_data, _attribute, value) {
      if (value.length > MAX_ADDRESS) throw new Unreadable();
      setAttribute(top(), value);
    },
  };
}
