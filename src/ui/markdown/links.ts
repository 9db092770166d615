// Owns the URL policy: which address an agent's words may turn into a link or an image, and what the visitor is told
// about it. Knows no DOM.

const ALLOWED_PROTOCOLS = new Set(["https:", "mailto:"]);
/** Control and format characters: bidi overrides, zero-width spaces and joiners, soft hyphens. */
const INVISIBLE = /[\p{Cc}\p{Cf}]/gu;
/** What reorders or hides text anywhere. Joiners stay: Persian and family emoji need them. */
// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const DECEIVING = /[\0-\x08\v-\x1f\x7f\xad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff]/g;
/** A host as people write it, or a mail address. */
const HOST_LIKE = /[^\s/:,;()<>"'“”]+\.\p{L}{2,}/gu;
const TRAILING_PUNCTUATION = /[.,;:!?'")\]}*_~]+$/;

/** An address longer than this is no address. */
export const MAX_ADDRESS = 2500;

export interface SafeLink {
  href: string;
  /** Where it really leads: the host in punycode, or the mail address. */
  destination: string;
}

/** Judges an address by its parsed protocol. Null for everything that is not a whole https: or mailto: URL. */
export function safeLink(raw: string): SafeLink | null {
  const address = raw.trim();
  if (address.length > MAX_ADDRESS || address.search(INVISIBLE) !== -1 || /\s/.test(address)) return null;
  let url: URL;
  try {
    url = new URL(address);
  } catch {
    return null;
  }
  if (!ALLOWED_PROTOCOLS.has(url.protocol) || url.username !== "" || url.password !== "") return null;
  if (url.protocol === "mailto:") return { href: url.href, destination: url.pathname };
  return { href: url.href, destination: url.host };
}

/** The address an image may be fetched from: an allowed host exactly, and nothing in it that could carry words away. */
export function imageAddress(raw: string, hosts: readonly string[]): string | null {
  const link = safeLink(raw);
  const isAllowed = link !== null && hosts.includes(link.destination) && /^https:[^?#]*$/.test(link.href);
  return isAllowed ? link.href : null;
}

/** Removes what cannot be seen but changes how a link reads. */
export const visibleText = (text: string): string => text.replace(INVISIBLE, "");

/** Removes what would reorder or hide parts of any text. */
export const honestText = (text: string): string => text.replace(DECEIVING, "");

/** A label that spells a host other than the real one, in ASCII, would mislead: then the real one stands beside it. */
export function isMisleading(label: string, { destination }: SafeLink): boolean {
  const host = destination.replace(/:\d+$/, "");
  return (label.match(HOST_LIKE) ?? []).some((named) => named.toLowerCase() !== host);
}

/** How much of a bare URL is the URL: the punctuation of the sentence is not, nor is a bracket it did not open. */
export function bareUrlLength(text: string): number {
  const url = text.replace(TRAILING_PUNCTUATION, "");
  const isInBrackets = url.includes("(") && !url.includes(")") && text[url.length] === ")";
  return url.length + (isInBrackets ? 1 : 0);
}

/** The address and title in round brackets after a label; "more" while it may still become one. */
export type Address = { length: number; address: string } | "more" | "none";

const WHOLE =
  /^\(\s*(?:<([^<>\n]*)>|((?:[^\s()<]|\([^\s()]*\))*))(?:\s+(?:"[^"]*"|'[^']*'|\([^()]*\)))?\s*\)/;
const BEGUN =
  /^\(\s*(?:<[^<>\n]*(?:>|$)|(?:[^\s()<]|\([^\s()]*\))*(?:\([^\s()]*$)?)(?:\s+(?:(?:"[^"]*(?:"|$)|'[^']*(?:'|$)|\([^()]*(?:\)|$))\s*)?)?$/;

/** Reads `(address "title")` at the start of a text of at most {@link MAX_ADDRESS} characters. */
export function readAddress(text: string): Address {
  const found = WHOLE.exec(text.slice(0, MAX_ADDRESS));
  if (found !== null) return { length: found[0].length, address: found[1] ?? found[2] ?? "" };
  return text.length <= MAX_ADDRESS && BEGUN.test(text) ? "more" : "none";
}
