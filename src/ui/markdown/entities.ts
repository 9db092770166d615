// Owns characters written as others: escaped by a backslash, or as one of the few entities that are read.
import { honestText } from "./links.ts";

const ESCAPABLE = /[!-/:-@[-`{-~]/;
const ENTITY = /^&(?:(amp|lt|gt|quot|apos|nbsp);|#(\d{1,7});|#x([\da-f]{1,6});)/i;
const ENTITY_BEGUN = /^&(?:[a-z]{0,4}|#\d{0,7}|#x[\da-f]{0,6})$/i;
const NAMED: Readonly<Record<string, string>> = { lt: "<", gt: ">", quot: '"', apos: "'", nbsp: "\u00a0" };

/** Reads what starts with a backslash or "&"; null waits for more. */
export function readCharacter(text: string, mayGrow: boolean): { text: string; length: number } | null {
  if (text.startsWith("\\")) {
    if (text.length === 1 && mayGrow) return null;
    const next = text.charAt(1);
    if (ESCAPABLE.test(next)) return { text: next, length: 2 };
    return { text: next === "\n" ? "" : "\\", length: 1 };
  }
  const [whole, name, decimal, hex] = ENTITY.exec(text.slice(0, 12)) ?? [];
  if (whole === undefined) return mayGrow && ENTITY_BEGUN.test(text) ? null : { text: "&", length: 1 };
  const code = decimal === undefined ? Number.parseInt(hex ?? "", 16) : Number(decimal);
  // No control characters, and none of those that links.ts takes out of text.
  const char = code > 31 && code < 0xd800 ? honestText(String.fromCharCode(code)) : "\ufffd";
  return { text: name === undefined ? char : (NAMED[name.toLowerCase()] ?? "&"), length: whole.length };
}
